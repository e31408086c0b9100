"""The findings of a rule set after an edit, from those before it.

In: the report of a whole look, and a `Restated`. Out: the report that a whole look would give now,
word for word; or None where only that look can tell. Each finding belongs to the definition around
it (`group`): those of definitions that an edit concerns are found again, those of its files stand
elsewhere, all others are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any, Final, TypeAlias

from rulec.analysis.overlay import Meaning
from rulec.check.tree import CheckedRuleSet
from rulec.diagnostic import Diagnostic
from rulec.earlier import Earlier
from rulec.lints.affected import Evidence
from rulec.lints.baseline import new_findings, read_baseline
from rulec.lints.catalogue import CHECKS
from rulec.lints.config import read_config
from rulec.lints.culprits import about, with_culprits
from rulec.lints.engine import Report, chosen, moment_of
from rulec.lints.few import among, ends, only, reads
from rulec.lints.likeness import mark_of
from rulec.lints.proofs import Proofs, Stale
from rulec.lints.restated import NotMoved, Restated
from rulec.lints.rules.repeated_condition import rough
from rulec.lints.subject import Subject
from rulec.logic import leaf_values
from rulec.pause import without_collection
from rulec.ruleset.discover import Texts
from rulec.ruleset.model import Definition, Lane
from rulec.ruleset.order import ranks
from rulec.simplify.passes import simplify

__all__ = ["Kept"]

_OWN: Final = (
    "LOG201", "LOG202", "LOG203", "LOG204", "LOG205", "LOG206", "LOG315",
    "ORG402", "ORG403", "VOC106", "VOC109",
)  # fmt: skip
"""Checks that look at one definition at a time."""
_DEAD: Final = ("LOG301", "LOG302", "LOG305", "ORG404")
_UNKEPT: Final = ("LOG310", "LOG311", "LOG316", "LOG317", "LOG320", "PRF502", "ANA901")
"""Checks whose findings are not kept: where there is one, every look is a whole one."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_READERS: Final = ("ORG407", "PRF503")
"""Checks of what is read by nobody, or by anybody."""

_Own: TypeAlias = tuple[str, str]
"""The path and the group of a finding."""


class Kept:
    """One rule set's findings, in step with its edits; `Stale` where they cannot be kept."""

    def __init__(self, report: Report, earlier: Earlier, texts: Texts) -> None:
        subject = report.subject
        if subject.proofs is None or subject.ruleset is None or subject.checked is None:
            raise Stale
        self.report = report
        self._earlier = earlier
        self._proofs: Proofs = subject.proofs
        self._checked: CheckedRuleSet = subject.checked
        assert subject.root is not None
        self._config, found = read_config(subject.root, subject.shown, texts)
        self._ends = ends(subject.ruleset)
        if found:
            raise Stale
        self._look_for_more(report)
        self._found: dict[str, dict[_Own, list[Diagnostic]]] = {}
        for code, findings in report.found.items():
            own = self._found[code] = {}
            for finding in findings:
                finding = replace(finding, group=about(finding, subject.documents))
                own.setdefault((finding.path, finding.group), []).append(finding)
        self._evidence = Evidence(self._proofs)
        overlay = self._proofs.analysis.overlay
        self._place = {one.code: n for n, one in enumerate(subject.ruleset.definitions)}
        self.places: dict[str, list[int]] = {}
        """By a file's shown path, the numbers of its definitions."""
        for number, one in enumerate(subject.ruleset.definitions):
            self.places.setdefault(one.where.source.path, []).append(number)
        possible = self._proofs.analysis.world.possible
        marks = {
            overlay.definitions[number].code: mark_of(overlay.predicates[number], possible)
            for number in overlay.businesses
        }
        self._marks = {code: mark for code, mark in marks.items() if mark is not None}
        self._alike: dict[object, set[str]] = {}
        for code, mark in self._marks.items():
            self._alike.setdefault(mark, set()).add(code)
        self._rough = {one.code: rough(one.condition) for one in subject.ruleset.definitions}
        self._same: dict[str, set[str]] = {}
        for code, text in self._rough.items():
            self._same.setdefault(text, set()).add(code)
        self._shown: dict[str, list[Diagnostic]] | None = None
        """By path, the findings to show."""
        self._subject = subject
        self._touched: set[str] = set()
        self._lost: list[tuple[str, _Own]] = []
        """Findings whose place is gone: of definitions that have to be looked at again."""
        self._redone: dict[str, set[str] | frozenset[str]] = {}

    def _look_for_more(self, report: Report) -> None:
        """Raise `Stale` where answers hang together in more ways than are followed."""
        subject, proofs = report.subject, self._proofs
        overlay = proofs.analysis.overlay
        assert subject.ruleset is not None
        if (
            proofs.asks_whole
            or proofs.analysis.budget.is_near
            or any(proofs.open.findings(None))
            or subject.ties
            or subject.assumptions
            or subject.traffic is not None
            or "LOG311" not in report.off
            or any(report.found.get(code) for code in _UNKEPT)
            or any(overlay.predicates[number].cubes is None for number in overlay.definitions)
            or any(True for rank in ranks(subject.ruleset) for _ in rank.meetings())
        ):
            raise Stale

    def edited(self, edit: Restated, as_of: date | None, texts: Texts) -> Report:
        """The report after an edit; raises `Stale`, after which nothing here may be used."""
        with without_collection():
            if self._proofs.analysis.budget.is_near:
                raise Stale
            try:
                subject, touched = self._edited(edit)
            except NotMoved as error:
                raise Stale from error
            return self._report(subject, touched, as_of, texts)

    def _edited(self, edit: Restated) -> tuple[Subject, set[str]]:
        """The new subject, and the paths where findings are others or stand elsewhere."""
        before = self.report.subject
        subject = self._subject = self._restated(before, edit)
        self._touched, self._lost, self._redone = set(edit.moved), [], {}
        dead, branches, within = self._prove(subject, edit)
        alike, same = self._regroup(edit)
        self._move(edit)
        local = only(subject, self._some(edit.edited), None)
        for check in _OWN:
            self._find(check, edit.edited, local)
        codes = dead | edit.edited
        view = self._view(codes)
        for check in _DEAD:
            self._find(check, codes, view)
        self._replace("LOG303", self._view(self._evidence.dead_codes))
        self._find("LOG304", branches, self._view(branches))
        self._evidence.keep_branches(branches)
        if any(map(self._proofs.may_be_doubled, self._some(branches - self._evidence.dead_codes))):
            raise Stale  # LOG306 asks about the whole
        self._look_at_pairs(within, alike)
        if same:
            self._find("ORG406", same, only(subject, self._some(same), None))
        for check in _READERS if self._reads_otherwise(before, edit) else ():
            self._replace(check, subject)
        for check in ("LOG320", "LOG321") if edit.changed else ():
            self._replace(check, subject)
        if any(path in edit.moved for path, _ in self._found.get("VOC111", ())):
            raise Stale
        self._add("VOC111", replace(subject, documents=edit.documents, ruleset=None))
        if any(self._found.get(code) for code in _UNKEPT) or self._is_open(local):
            raise Stale
        if any(key[1] not in self._redone.get(check, ()) for check, key in self._lost):
            raise Stale
        return subject, self._touched

    def _look_at_pairs(self, within: set[str], alike: set[str]) -> None:
        """Find what lies in what, and what is alike."""
        numbers = self._proofs.analysis.overlay.numbers
        view = self._view(within)
        assert view.proofs is not None
        view.proofs.among = sorted(numbers[code] for code in within)
        for check in ("LOG313", "LOG316"):
            self._find(check, within, view)
        if not alike:
            return
        view = self._view(alike)
        assert view.proofs is not None
        definitions = view.proofs.analysis.overlay.definitions
        marks = {self._marks[code] for code in alike if code in self._marks}
        groups = (sorted(numbers[code] for code in self._alike[mark]) for mark in marks)
        view.proofs.__dict__["equal_businesses"] = [
            pair
            for group in groups
            for pair in view.proofs.equal_of([definitions[number] for number in group])
        ]
        self._find("LOG314", alike, view)

    def _some(self, codes: Iterable[str]) -> list[Definition]:
        """Definitions by code, in the order of the rule set."""
        ruleset = self._subject.ruleset
        assert ruleset is not None
        definitions = ruleset.definitions
        return [definitions[place] for place in sorted(self._place[code] for code in codes)]

    def _find(self, check: str, codes: set[str] | frozenset[str], view: Subject) -> None:
        """What a check finds of some definitions, in place of what it found."""
        if check not in self._found:
            return
        self._redone[check] = codes
        paths = {one.where.source.path for one in self._some(codes)}
        own = self._found[check]
        for key in [key for key in own if key[1] in codes and key[0] in paths]:
            self._touched.add(key[0])
            del own[key]
        self._add(check, view)

    def _is_open(self, local: Subject) -> bool:
        is_decided = all(parts.is_decided for parts in local.parts)
        return not is_decided or any(self._proofs.open.findings(None))

    def _restated(self, before: Subject, edit: Restated) -> Subject:
        old, origin = before.ruleset, before.ruleset.origin if before.ruleset else None
        assert old is not None
        assert origin is not None
        if any(one.path in edit.moved for one in before.findings):
            raise Stale
        documents = tuple(edit.documents.get(one.source.path, one) for one in origin.documents)

        definitions, n_products = list(old.definitions), len(old.products)
        for code, one in edit.definitions.items():
            definitions[self._place[code]] = one
        ruleset = replace(
            old,
            products=tuple(definitions[:n_products]),
            businesses=tuple(definitions[n_products:]),
            origin=replace(origin, documents=documents),
        )
        conditions = {**before.conditions, **edit.changed}
        checked = replace(self._checked, ruleset=ruleset, conditions=conditions)
        subject = replace(
            before,
            documents={**before.documents, **edit.documents},
            ruleset=ruleset,
            conditions=conditions,
            checked=checked,
        )
        texts = {code: edit.definitions[code].condition.text for code in edit.definitions}
        subject.__dict__["all_texts"] = {**before.all_texts, **texts}
        return subject

    def _prove(self, subject: Subject, edit: Restated) -> tuple[set[str], set[str], set[str]]:
        """Take the edit into the proofs; whose deadness, branches and containment to look at."""
        assert subject.checked is not None
        assert subject.ruleset is not None
        analysis, checked = self._proofs.analysis, subject.checked
        known, simplified = analysis.meaning.normal, self._earlier.simplified
        normal = {code: simplify(one, simplified) for code, one in edit.changed.items()}
        meaning = Meaning(
            subject.ruleset,
            subject.conditions,
            (),
            checked.rollouts,
            simplified=simplified,
        )
        meaning.__dict__["normal"] = {**known, **normal}
        sources = dict(analysis.meaning.sources)
        for code in edit.changed:
            one = edit.definitions[code]
            alone = Meaning(
                replace(subject.ruleset, products=(), businesses=(one,)),
                {code: edit.changed[code]},
                (),
                checked.rollouts,
                normal,
            )
            sources[code] = alone.sources[code]
        meaning.__dict__["sources"] = sources
        literals = {code: frozenset(leaf_values([sources[code]])) for code in edit.changed}
        if not self._evidence.is_same_world(literals):
            raise Stale
        self._proofs.restate(checked)
        found = self._evidence.restate(meaning, checked, edit.changed)
        if any(
            analysis.overlay.predicates[analysis.overlay.numbers[c]].cubes is None for c in normal
        ):
            raise Stale
        self._checked = checked
        self._proofs.__dict__["dead"] = [*chain.from_iterable(self._evidence.dead.values())]
        self._proofs.__dict__["dead_codes"] = frozenset(self._evidence.dead_codes)
        return found

    def _view(self, codes: Iterable[str]) -> Subject:
        """A subject of some definitions, whose proofs speak of those alone."""
        definitions, proofs = self._some(codes), copy(self._proofs)
        ruleset = among(self._proofs.checked.ruleset, definitions)
        proofs.checked = replace(self._proofs.checked, ruleset=ruleset)
        dead = self._evidence.dead
        proofs.__dict__["dead"] = [*chain.from_iterable(dead.get(d.code, ()) for d in definitions)]
        return only(self._subject, definitions, proofs)

    def _regroup(self, edit: Restated) -> tuple[set[str], set[str]]:
        """Who is like an edited definition, before or after: by its cube, and by its words."""
        analysis = self._proofs.analysis
        alike: set[str] = set()
        same: set[str] = set()
        for code in edit.changed:
            number = analysis.overlay.numbers[code]
            words = rough(edit.definitions[code].condition)
            same |= _regroup(self._rough, self._same, code, words)
            if edit.definitions[code].lane is Lane.BUSINESS:
                mark = mark_of(analysis.overlay.predicates[number], analysis.world.possible)
                alike |= _regroup(self._marks, self._alike, code, mark)
        return alike, same

    def _move(self, edit: Restated) -> None:
        """Give what was found in the files of an edit its new places."""
        for check, own in self._found.items():
            for key in [key for key in own if key[0] in edit.moved]:
                moved = edit.moved[key[0]]
                try:
                    own[key] = [moved.finding(one) for one in own[key]]
                except NotMoved:
                    self._lost.append((check, key))
                    del own[key]

    def _add(self, check: str, view: Subject) -> None:
        if check not in self._found:
            return
        for finding in CHECKS[check](view):
            grouped = replace(finding, group=about(finding, self._subject.documents))
            self._touched.add(grouped.path)
            key = grouped.path, grouped.group
            self._found[check].setdefault(key, []).append(grouped)

    def _replace(self, check: str, view: Subject) -> None:
        """What a check finds, in place of all that it found."""
        if check not in self._found:
            return
        self._touched.update(path for path, _ in self._found[check])
        self._lost = [one for one in self._lost if one[0] != check]
        self._found[check].clear()
        self._add(check, view)

    def _reads_otherwise(self, before: Subject, edit: Restated) -> bool:
        """Whether it matters what conditions read, and edited ones read something else."""
        assert before.ruleset is not None
        vocabulary = before.ruleset.vocabulary
        entities = vocabulary.entities.values()
        if not vocabulary.defines and not any(
            entity.is_cacheable or any(f.deprecated is not None for f in entity.facts.values())
            for entity in entities
        ):
            return False
        return any(
            reads(before.conditions[code]) != reads(edit.changed[code]) for code in edit.changed
        )

    def _report(
        self, subject: Subject, touched: set[str], as_of: date | None, texts: Texts
    ) -> Report:
        """The findings to show: those of files that an edit touched are chosen again."""
        base = self.report
        moment = moment_of(as_of)
        micros = (moment - _EPOCH) // timedelta(microseconds=1)
        if moment.date() != base.moment.date() or self._has_closed(subject, micros):
            raise Stale
        assert subject.root is not None
        config, found = read_config(subject.root, subject.shown, texts)
        if found or config != self._config:
            raise Stale
        subject.__dict__["as_of"] = micros
        everything = self._shown is None
        shown = {} if self._shown is None else self._shown
        if everything:
            touched = {path for own in self._found.values() for path, _ in own}
            touched |= subject.documents.keys()
        by_path: dict[str, list[Diagnostic]] = {path: [] for path in touched}
        for own in self._found.values():
            for (path, _), findings in own.items():
                if path in by_path:
                    by_path[path] += findings
        for path, findings in by_path.items():
            document = subject.documents.get(path)
            documents = {} if document is None else {path: document}
            picked = chosen(findings, documents, base.config, moment.date(), base.off)
            shown[path] = [
                one if one.group else replace(one, group=about(one, subject.documents))
                for one in picked
            ]
        self._shown = shown
        result = with_culprits([one for path in sorted(shown) for one in shown[path]])
        if base.config.baseline is not None:
            result = new_findings(result, read_baseline(base.config.baseline), subject.shown)
        self.report = Report(tuple(result), base.config, subject, {}, moment, base.off)
        return self.report

    def _has_closed(self, subject: Subject, micros: int) -> bool:
        """Whether a window ended since the last look."""
        since = self.report.subject.as_of
        return since != micros and any(
            since < end <= micros or micros < end <= since for end in self._ends
        )


def _regroup(
    mark_of: dict[str, Any], groups: dict[Any, set[str]], code: str, mark: object | None
) -> set[str]:
    """Put one into the group of its new mark; everyone of that and of the old one."""
    before = mark_of.pop(code, None)
    found = set(groups.get(before, ()))
    if before is not None:
        groups[before].discard(code)
    if mark is not None:
        mark_of[code] = mark
        groups.setdefault(mark, set()).add(code)
        found |= groups[mark]
    return found | {code}
