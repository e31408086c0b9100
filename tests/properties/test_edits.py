"""A compile that remembers earlier ones gives what one from nothing gives, whatever was edited."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from properties.worlds import World, worlds
from roads import write_ruleset

from rulec.driver import Compiled, compile_folder
from rulec.earlier import Earlier

CONDITION = re.compile(r"^(identity|condition) = (.*)$", re.MULTILINE)
ADDED = '[define]\nadded = "true"\n'
EDITS = ("swap", "drop", "restore", "break", "copy", "move", "note", "define", "nothing")


def split(files: dict[str, str]) -> dict[str, str]:
    """The files of a rule set with every definition in a file of its own."""
    found: dict[str, str] = {}
    for name, text in files.items():
        lane = name.partition("/")[0]
        if lane not in ("businesses", "products"):
            found[name] = text
            continue
        key = "[[business]]\n" if lane == "businesses" else "[[product]]\n"
        for number, one in enumerate(text.split(key)[1:]):
            found[f"{lane}/f{number}.toml"] = one.replace("[[business.bind]]", "[[bind]]").replace(
                "[[product.bind]]", "[[bind]]"
            )
    return found


def edited(
    files: dict[str, str], before: dict[str, str], kind: str, pick: int, other: int
) -> dict[str, str]:
    """The files after one edit; `before` are those of the beginning."""
    files = dict(files)
    own = sorted(name for name in files if "/" in name)
    name, second = own[pick % len(own)], own[other % len(own)]
    match kind:
        case "swap":
            condition = CONDITION.search(files[second])
            if condition is not None:
                files[name] = CONDITION.sub(
                    lambda found: f"{found[1]} = {condition[2]}", files[name]
                )
        case "drop" if len(own) > 1:
            del files[name]
        case "restore":
            files.update(before)
        case "break":
            files[name] = CONDITION.sub(r'\1 = "e0.f0 &&"', files[name])
        case "copy":
            files[name.replace("/f", "/g")] = files[name]
        case "move":
            files[name.replace("/f", "/h")] = files.pop(name)
        case "note":
            files[name] = "# noted\n" + files[name]
        case "define":
            text = files["vocabulary.toml"]
            files["vocabulary.toml"] = (
                text.replace(ADDED, "[define]\n")
                if ADDED in text
                else text.replace("[define]\n", ADDED)
            )
    return files


def shown(compiled: Compiled) -> tuple[object, ...]:
    """What a compile gave, as far as anyone can see it."""
    findings = [(str(one), one.help) for one in compiled.findings]
    return compiled.artifact, findings, compiled.conditions, compiled.ties, compiled.terms


@given(
    worlds(),
    st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 9), st.integers(0, 9)), max_size=3),
)
@settings(
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=max(25, settings.default.max_examples // 4),
)
def test_edits_compile_to_the_bytes_of_a_compile_from_nothing(
    world: World, edits: list[tuple[str, int, int]]
) -> None:
    before = split(world.files)
    files = before
    earlier = Earlier()
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for kind, pick, other in [("nothing", 0, 0), *edits]:
            if any("/" in name for name in files):
                files = edited(files, before, kind, pick, other)
            for gone in {path.relative_to(root).as_posix() for path in root.rglob("*.toml")}:
                if gone not in files:
                    (root / gone).unlink()
            write_ruleset(root, files)
            remembering = compile_folder(root, allow_ties=True, earlier=earlier)
            assert shown(remembering) == shown(compile_folder(root, allow_ties=True))
