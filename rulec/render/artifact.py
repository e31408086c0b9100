"""What an artifact holds and what it costs, as text and as JSON: schema `rulec.inspect`, version 1.

In: an opened program and the size of its file. Out: lines, or one object. The manifest is what a
compiler wrote about its program, and an older one wrote less: what is not there is not shown.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rulec.render.text import visible
from rulec_runtime import Program
from rulec_runtime.format import FINGERPRINT, NONE
from rulec_runtime.format import VERSION as FORMAT_VERSION
from rulec_runtime.image import MAX_PROGRAM_BYTES

__all__ = ["render_artifact", "render_artifact_json"]

SCHEMA: Final = "rulec.inspect"
VERSION: Final = 1
COUNTED: Final = (
    "points", "scenarios", "definitions", "bindings", "windows", "assumptions",
    "entities", "facts", "conditions", "terms", "tests",
)  # fmt: skip
"""Sections whose number of records says something to people."""

_MEASURED: Final = ("measured_candidates", "measured_up_to_winner", "measured_matches")
"""There where the program was compiled with traffic that says enough."""


def render_artifact_json(program: Program, n_bytes: int) -> str:
    """One object, the whole manifest and what definitions say included."""
    sections = program.section_sizes()
    whole = {
        "schema": SCHEMA,
        "version": VERSION,
        "hash": program.hash,
        "format": {"version": FORMAT_VERSION, "fingerprint": f"{FINGERPRINT:016x}"},
        "bytes": n_bytes,
        "limits": {"bytes": MAX_PROGRAM_BYTES, "records": NONE},
        "needs_as_of": program.needs_as_of,
        "counts": _counts(program),
        "cost": _cost(program.manifest),
        "sections": [
            {"name": name, "records": n_records, "bytes": size}
            for name, (n_records, size) in sections.items()
        ],
        "definitions": program.described(),
        "manifest": program.manifest,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def render_artifact(program: Program, n_bytes: int, n_dominant: int) -> str:
    """Lines for people, with at most `n_dominant` of the terms that dominate the cost."""
    lines = [
        *_head(program, n_bytes),
        "",
        *_expected(_cost(program.manifest), _source(program.manifest), n_dominant),
        "",
        *_sections(program),
    ]
    return "\n".join(lines) + "\n"


def _head(program: Program, n_bytes: int) -> Iterator[str]:
    name = program.manifest.get("name")
    yield f"program      {visible(name) if isinstance(name, str) else '-'}"
    yield f"hash         {program.hash}"
    yield f"format       version {FORMAT_VERSION}, layout {FINGERPRINT:016x}"
    yield f"bytes        {n_bytes:,} of at most {MAX_PROGRAM_BYTES:,}"
    yield f"as_of        {'needed: it holds windows' if program.needs_as_of else 'not needed'}"
    abilities = program.manifest.get("abilities")
    if isinstance(abilities, dict):
        yield f"abilities    {len(abilities):,}"
    for name, count in _counts(program).items():
        yield f"{name:<12} {count:,}"


def _counts(program: Program) -> dict[str, int]:
    sections = program.section_sizes()
    return {name: sections[name][0] for name in COUNTED if name in sections}


def _source(manifest: Mapping[str, Any]) -> str:
    """Where the expected cost comes from."""
    traffic = manifest.get("traffic")
    rows = traffic.get("rows") if isinstance(traffic, dict) else None
    return f"learnt from traffic of {rows:,} rows" if _is_number(rows) else "a static estimate"


def _expected(cost: Mapping[str, Any], source: str, n_dominant: int) -> Iterator[str]:
    yield f"expected a request, {source}"
    candidates = cost.get("expected_candidates")
    if candidates is None:
        yield "  the manifest says nothing"
        return
    for entity, count in sorted(candidates.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {'candidates of ' + visible(entity):<28} {count:>12,.2f}"
    yield f"  {'candidates in all':<28} {sum(candidates.values()):>12,.2f}"
    for key, said in (
        ("expected_up_to_winner", "candidates up to the winner"),
        ("expected_matches", "matches"),
    ):
        if key in cost:
            yield f"  {said:<28} {cost[key]:>12,.2f}"
    if "measured_candidates" in cost:
        yield "counted on the rows of the sample"
    words = ("candidates in all", "candidates up to the winner", "matches")
    for key, said in zip(_MEASURED, words, strict=True):
        if key in cost:
            yield f"  {said:<28} {cost[key]:>12,.2f}"
    dominant = cost.get("dominant", ())[:n_dominant]
    if dominant:
        yield ""
        yield "dominated by        share  condition"
        for term in dominant:
            code, condition = visible(term["code"]), visible(term["condition"])
            yield f"  {code:<16} {100 * term['share']:>5.1f} %  {condition}"


def _sections(program: Program) -> Iterator[str]:
    yield "section           records        bytes"
    sizes = program.section_sizes()
    for name, (n_records, n_bytes) in sizes.items():
        yield f"  {name:<14} {n_records:>8,} {n_bytes:>12,}"
    yield f"  {'in all':<14} {'':>8} {sum(size for _, size in sizes.values()):>12,}"


def _cost(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a manifest says of the cost, as far as it has the shape that is expected of it."""
    written = manifest.get("cost")
    said = written if isinstance(written, dict) else manifest
    cost: dict[str, Any] = {}
    candidates = said.get("expected_candidates")
    if isinstance(candidates, dict):
        cost["expected_candidates"] = {
            entity: float(count) for entity, count in candidates.items() if _is_number(count)
        }
    for key in ("expected_up_to_winner", "expected_matches", *_MEASURED):
        if _is_number(said.get(key)):
            cost[key] = float(said[key])
    dominant = said.get("dominant")
    if isinstance(dominant, list):
        terms = [term for term in dominant if _is_term(term)]
        cost["dominant"] = sorted(terms, key=lambda term: (-term["share"], term["code"]))
    return cost


def _is_number(value: Any) -> bool:
    is_plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_plain and abs(value) <= sys.float_info.max


def _is_term(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _is_number(value.get("share"))
        and isinstance(value.get("code"), str)
        and isinstance(value.get("condition"), str)
    )
