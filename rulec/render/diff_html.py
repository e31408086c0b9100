"""A difference as one page: no script, no font, no image, nothing that is fetched.

In: a `Comparison`. Out: HTML. Whatever stands in rule files is escaped; light or dark as the
reader's system is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from rulec.compare.report import Comparison, Group
from rulec.render.diff_words import (
    command,
    counted,
    cut_lines,
    facts_text,
    headline,
    most_rows_first,
    pair,
    place_name,
    rows_line,
    runs,
    seen,
    verdict_line,
)
from rulec.render.text import visible

__all__ = ["render_diff_html"]

_STYLE: Final = """\
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --bad: #c33; --good: #2a7; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: var(--soft); padding: .6rem .8rem; overflow-x: auto; margin: .4rem 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
details { border-bottom: 1px solid var(--line); padding: .35rem 0; }
summary { cursor: pointer; } summary .more { float: right; opacity: .7; }
.lead { font-size: 1.05rem; } .quiet { opacity: .7; }
.bad { border-left: 4px solid var(--bad); padding-left: .8rem; }
.good { border-left: 4px solid var(--good); padding-left: .8rem; }
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def render_diff_html(report: Comparison) -> str:
    """One page."""
    title = f"{report.old.shown} → {report.new.shown}"
    body = [
        f"<h1>{_text(title)}</h1>",
        f'<p class="lead">{_text(headline(report))}</p>',
        *_verdict(report),
        *_traffic(report),
        *_owners(report),
        *_groups(report),
        *_edits(report),
        *_list("Around them", report.platform),
        *_list("Rollouts dealt anew (DRF603)", [one.message for one in report.findings]),
        *_list("Not compared", report.difference.not_compared),
        *_list("Not complete (ANA901)", cut_lines(report.cut, None)),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{_text(title)}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _text(text: str) -> str:
    return escape(visible(text))


def _verdict(report: Comparison) -> Iterator[str]:
    if report.verdict is not None:
        kind = "good" if report.verdict.passes else "bad"
        yield f'<p class="{kind}">{_text(verdict_line(report.verdict))}</p>'


def _traffic(report: Comparison) -> Iterator[str]:
    sample = report.sample
    if sample is None:
        return
    refused = f"; {sample.n_refused:,} refused by a version" if sample.n_refused else ""
    yield f"<p>{rows_line(sample)}{refused}.</p>"
    rows = [([point], [f"{n:,}"]) for point, n in most_rows_first(sample)]
    yield from _table(("point",), ("rows",), rows)


def _owners(report: Comparison) -> Iterator[str]:
    if report.owners:
        yield "<h2>Owners</h2>"
        rows = [
            ([one.owner], [f"{one.n_lost:,}", f"{one.n_gained:,}", f"{one.n_altered:,}"])
            for one in report.owners
        ]
        yield from _table(("owner",), ("classes lost", "gained", "served otherwise"), rows)


def _groups(report: Comparison) -> Iterator[str]:
    if report.groups:
        yield f"<h2>{_text(counted(len(report.groups), 'pair', 'pairs'))} of winners</h2>"
    for number, group in enumerate(report.groups):
        rows = seen(group, report)
        more = counted(len(group.changes), "place") + (f", {rows}" if rows else "")
        is_open = " open" if number == 0 else ""
        yield f"<details{is_open}><summary>{_text(pair(group))}"
        yield f'<span class="more">{_text(more)}</span></summary>'
        yield from _places(group, report)
        yield "</details>"


def _places(group: Group, report: Comparison) -> Iterator[str]:
    rows: list[tuple[list[str], list[str]]] = [
        ([place_name(one.place), runs(one) or "-"], []) for one in group.changes
    ]
    yield from _table(("at", "runs"), (), rows)
    first = group.changes[0]
    shown = next((one for one in group.changes if one.place is not None), first)
    time = "" if shown.witness.as_of is None else f" at {shown.witness.as_of}"
    lines = [f"{facts_text(shown.witness.facts)}{time}"]
    lines += [one for one in (command(shown, report.old), command(shown, report.new)) if one]
    yield f"<pre>{chr(10).join(map(_text, lines))}</pre>"


def _edits(report: Comparison) -> Iterator[str]:
    if not report.edits:
        return
    yield "<h2>Edited</h2>"
    rows: list[tuple[list[str], list[str]]] = []
    for edit in report.edits:
        what = edit.kind if edit.kind != "edited" else ", ".join(edit.fields)
        owner = " → ".join(dict.fromkeys(owner for owner in edit.owners if owner is not None))
        matters = "" if edit.matters else "no winner depends on it"
        rows.append(([edit.code, what, owner, str(edit.where), matters], []))
    yield from _table(("definition", "what", "owner", "where", ""), (), rows)


def _table(
    texts: Sequence[str], numbers: Sequence[str], rows: Iterable[tuple[list[str], list[str]]]
) -> Iterator[str]:
    rows = list(rows)
    if not rows:
        return
    head = "".join(f"<th>{_text(one)}</th>" for one in texts)
    head += "".join(f'<th class="number">{_text(one)}</th>' for one in numbers)
    yield f"<table><tr>{head}</tr>"
    for own, counts in rows:
        cells = "".join(f"<td>{_text(one)}</td>" for one in own)
        cells += "".join(f'<td class="number">{_text(one)}</td>' for one in counts)
        yield f"<tr>{cells}</tr>"
    yield "</table>"


def _list(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        items = "".join(f"<li>{_text(line)}</li>" for line in lines)
        yield f"<h2>{_text(title)}</h2>"
        yield f"<ul>{items}</ul>"
