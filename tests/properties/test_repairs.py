"""Planted redundancies are found, repaired, and nobody wins otherwise: against every request.

A random rule set gets branches and clauses that add nothing, and a binding behind one that runs the
same. After `--fix` no such finding is left, and each request of a grid has the winners it had.
"""

from __future__ import annotations

import re
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from analysis.grid import grid
from analysis.small import FEW, tight_shops
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from roads import write_ruleset

from rulec.check.tree import CheckedRuleSet
from rulec.diagnostic import Diagnostic
from rulec.driver import compile_folder
from rulec.fix.repair import Repaired, repair
from rulec.lints.engine import inspect
from rulec.oracle.resolve import matching, resolve_all

CODES = {"LOG203", "LOG204", "LOG205", "LOG206", "LOG305", "SUP801"}
PLANTS = (
    "({0}) || ({0}) && a.f()",
    "({0}) && (a.g() || {0})",
    "({0}) || a.n < 1 && a.n > 1",
    "({0}) && has(a.n) || ({0})",
    "({0}) || a.n in [] && b.t.contains(2)",
    "!(!({0}) && !({0}))",
    "({0}) && a.f() && a.g()",
)
OWN = (
    r"identity = '(.*)'(?:\n(?!\[\[business\]\]).*)*?\n"
    r'point = "(.)"\nimplementation = "(.*)"'
)
"""Of a business: its condition, a point, and what it runs there."""
COVERED = (
    '[[business]]\ncode = "behind{0}"\nowner = "o"\nkpi = "k"\nrank = {0}\n'
    "identity = '({1}) && b.t.contains(1)'\n"
    '[[business.bind]]\npoint = "{2}"\nimplementation = "{3}"\n'
)


@st.composite
def planted(draw: DrawFn) -> dict[str, str]:
    """A rule set without ties, some of whose conditions say more than they have to."""
    files, ranks = draw(tight_shops()), count(10)

    def longer(found: re.Match[str]) -> str:
        if draw(st.integers(0, 2)):
            return found[0]
        return f"{found[1]} = '{draw(st.sampled_from(PLANTS)).format(found[2])}'"

    for name, text in files.items():
        if not name.startswith(("products", "businesses")):
            continue
        text = re.sub(r"^rank = \d", lambda _: f"rank = {next(ranks)}", text, flags=re.MULTILINE)
        files[name] = re.sub(r"(condition|identity) = '(.*)'", longer, text)
    own = re.findall(OWN, files["businesses/all.toml"])
    for one in draw(st.lists(st.sampled_from(own), max_size=2)) if own else ():
        files["businesses/all.toml"] += COVERED.format(next(ranks), *one)
    return files


def outcomes(rules: CheckedRuleSet, facts: Any, as_of: int | None) -> list[Any]:
    """Who wins everywhere, on one request."""
    matched = matching(rules, facts, as_of)
    return [
        [
            (win.code, win.implementation, win.blocked_by)
            for win in resolve_all(matched, point, name)
        ]
        for point in rules.ruleset.points
        for name in (None, *rules.ruleset.scenarios)
    ]


def repaired(
    root: Path, *, is_unsafe: bool
) -> tuple[Repaired, CheckedRuleSet | None, CheckedRuleSet | None]:
    """What came of a rule set, and its meaning before and after."""

    def is_wanted(one: Diagnostic) -> bool:
        return one.fix is not None and (one.fix.is_safe or is_unsafe) and one.code in CODES

    done = repair(lambda texts: inspect(root, texts=texts), is_wanted)
    return done, *(compile_folder(root, texts=each).checked for each in ({}, done.texts))


@given(planted(), st.booleans())
@FEW
def test_nobody_wins_otherwise_and_nothing_is_left(files: dict[str, str], is_unsafe: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        done, before, after = repaired(write_ruleset(Path(folder), files), is_unsafe=is_unsafe)
    assert done.refused == ()
    left = [one for one in done.report.findings if one.code in CODES and one.fix]
    assert all(
        one.code == "LOG204" and not one.fix.is_safe and not is_unsafe for one in left if one.fix
    )
    if not done.fixed:
        return
    assert before is not None
    assert after is not None
    requests = grid(before)
    assert requests is not None
    for matched in requests.requests:
        facts, as_of = matched.facts, matched.as_of
        assert outcomes(before, facts, as_of) == outcomes(after, facts, as_of)
