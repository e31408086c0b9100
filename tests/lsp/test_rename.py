"""Renames: everywhere or nowhere, and what was found before is found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from lsp.test_names import SHOP, find

from rulec.fix.apply import edited
from rulec.lsp.desk import Desk, Look
from rulec.lsp.rename import CannotRename, check_renamed, rename
from rulec.lsp.target import target


@pytest.fixture
def look(tmp_path: Path) -> Look:
    for name, text in SHOP.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    desk = Desk()
    rule_set = desk.open((tmp_path / "platform.toml").as_uri(), 1, SHOP["platform.toml"])
    assert rule_set is not None
    return rule_set.look(desk.take_pending(rule_set))


def renamed(
    look: Look, where: tuple[str, str, str], new: str, texts: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The lines of each file that a rename changes, as they are then."""
    found = target(*find(*where), look.index)
    assert found is not None
    current = {look.root / name: text for name, text in (texts or {}).items()}
    edits = rename(look, found, new, current.get)
    check_renamed(look, {}, edits)
    lines: dict[str, str] = {}
    for path, own in edits.items():
        before = own[0].where.source.text.splitlines()
        after = edited(own[0].where.source.text, own).splitlines()
        changed = [two for one, two in zip(before, after, strict=True) if one != two]
        lines[path.relative_to(look.root).as_posix()] = " | ".join(changed)
    return lines


@pytest.mark.parametrize(
    ("where", "new", "expected"),
    [
        (
            ("businesses/tmall.toml", "identity", "good"),
            "fine",
            {
                "vocabulary.toml": 'fine = "seller.level >= 3"',
                "businesses/tmall.toml": (
                    "identity = 'fine && seller.isTMSeller() && item.contains(1)'"
                ),
                "businesses/other.toml": "identity = 'fine && !item.tags.contains(2)'",
            },
        ),
        (
            ("vocabulary.toml", "facts]", "tags"),
            "labels",
            {
                "vocabulary.toml": 'contains = "labels" | labels = { type = "tags<int>" } | '
                'exclusive = { fact = "item.labels", values = [1, 2] }',
                "businesses/other.toml": "identity = 'good && !item.labels.contains(2)'",
            },
        ),
        (
            ("vocabulary.toml", "item.facts]", "id"),
            "number",
            {
                "vocabulary.toml": 'number = { type = "string", required = true, id = true }',
                "businesses/tmall.toml": (
                    'rollout = { percent = "5", by = "item.number", salt = "s" }'
                ),
            },
        ),
        (
            ("businesses/other.toml", "overrides", "tmall"),
            "market",
            {
                "businesses/tmall.toml": 'code = "market"',
                "businesses/other.toml": 'overrides = ["market"] | products_like = "market"',
            },
        ),
        (
            ("platform.toml", "point]]", "Price.discount"),
            "Price.off",
            {
                "platform.toml": 'code = "Price.off"',
                "businesses/tmall.toml": 'point = "Price.off"',
                "products/gift.toml": 'point = "Price.off"',
            },
        ),
        (
            ("platform.toml", "ability", "price"),
            "costs",
            {"platform.toml": 'code = "costs"', "businesses/other.toml": 'point = "costs"'},
        ),
        (
            ("businesses/tmall.toml", "scenario", "live"),
            "stream",
            {
                "platform.toml": 'scenarios = ["stream"]',
                "businesses/tmall.toml": 'scenario = "stream"',
            },
        ),
    ],
)
def test_everywhere(
    look: Look, where: tuple[str, str, str], new: str, expected: dict[str, str]
) -> None:
    assert renamed(look, where, new) == expected


@pytest.mark.parametrize(
    ("where", "new", "why"),
    [
        (("businesses/tmall.toml", "identity", "good"), "seller", "there already"),
        (("businesses/tmall.toml", "identity", "good"), "not a name", "cannot stand in"),
        (("businesses/tmall.toml", "identity", "good"), "in", "word of the condition language"),
        (("businesses/tmall.toml", "identity", "isTMSeller"), "level", "there already"),
        (("businesses/tmall.toml", "identity", "seller"), "shop", "nothing that can be renamed"),
        (("businesses/tmall.toml", "code", "kpi"), "x", "nothing that can be renamed"),
        (("businesses/tmall.toml", "code", "tmall"), 'a"b', "needs quotes"),
        (("businesses/tmall.toml", "code", "tmall"), "", "needs quotes"),
        (("businesses/tmall.toml", "code", "tmall"), "gift", "there already"),
        (("businesses/tmall.toml", "code", "tmall"), "a b", "other findings would come of it"),
    ],
)
def test_or_nowhere(look: Look, where: tuple[str, str, str], new: str, why: str) -> None:
    with pytest.raises(CannotRename, match=why):
        renamed(look, where, new)


def test_not_before_the_first_check_is_done(look: Look) -> None:
    with pytest.raises(CannotRename, match="still being checked"):
        renamed(replace(look, is_checked=False), ("businesses/tmall.toml", "code", "tmall"), "x")


def test_a_text_that_changed_since_is_left_alone(look: Look) -> None:
    texts = {"products/gift.toml": "code = 'gift'"}
    with pytest.raises(CannotRename, match="has changed meanwhile"):
        renamed(look, ("businesses/tmall.toml", "code", "tmall"), "market", texts)


@pytest.mark.parametrize("broken", ["x", "code = 'gift'\nowner = 'o'\ncondition = 'item.'"])
def test_a_broken_file_may_hold_the_name(look: Look, broken: str) -> None:
    desk = Desk()
    rule_set = desk.open((look.root / "products/gift.toml").as_uri(), 1, broken)
    assert rule_set is not None
    rule_set.newest = look
    again = rule_set.look(desk.take_pending(rule_set))
    with pytest.raises(CannotRename, match=r"cannot be read|does not parse"):
        renamed(again, ("businesses/tmall.toml", "code", "tmall"), "market")
