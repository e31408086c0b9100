"""What a difference reports: groups, edits, owners, and the verdict."""

from __future__ import annotations

from pathlib import Path

import pytest
from compare.shop import PLATFORM, SALE, VIP, VOCABULARY, WEB, bind, business, compared, files

from rulec.compare.report import Comparison


def pairs(report: Comparison) -> list[tuple[str, str, str]]:
    """Kind, old and new winner of each group."""
    return sorted(
        (
            one.kind,
            one.old.decided_by if one.old else "-",
            one.new.decided_by if one.new else "-",
        )
        for one in report.groups
    )


def test_versions_that_are_equal_differ_in_nothing(tmp_path: Path) -> None:
    report = compared(tmp_path, files(VIP, SALE), files(VIP, SALE))
    assert not report.differs
    assert report.is_complete
    assert report.edits == ()
    assert report.groups == ()


def test_one_pair_at_several_places_is_one_group(tmp_path: Path) -> None:
    both = bind("discount", "com.vip") + bind("tax", "com.vip")
    vip = business("vip", "buyer.isVip()", rank=1, more=both)
    gone = compared(tmp_path, files(vip, SALE), files(SALE))
    (group,) = [one for one in gone.groups if one.new is not None and one.new.code == "platform"]
    places = [None if one.place is None else one.place.point for one in group.changes]
    assert places == [None, "discount", "tax"]
    assert pairs(gone) == [("winner", "vip", "platform"), ("winner", "vip", "sale")]


def test_what_runs_and_its_configuration_are_told_apart(tmp_path: Path) -> None:
    def shop(runs: str, config: str) -> dict[str, str]:
        more = bind("discount", runs, f"config = {{ n = {config} }}")
        return files(business("vip", "buyer.isVip()", more=more))

    assert pairs(compared(tmp_path / "a", shop("com.x", "1"), shop("com.y", "1"))) == [
        ("runs", "vip", "vip")
    ]
    report = compared(tmp_path / "b", shop("com.x", "1"), shop("com.x", "2"))
    assert pairs(report) == [("config", "vip", "vip")]
    assert report.edits[0].fields == ("bind",)


def test_a_list_is_joined_and_left(tmp_path: Path) -> None:
    def shop(*codes: str) -> dict[str, str]:
        own = [
            business(c, "buyer.isVip()", rank=n, more=bind("notes", c)) for n, c in enumerate(codes)
        ]
        return files(*own)

    report = compared(tmp_path, shop("a", "b"), shop("a", "c"))
    kinds = [one for one in pairs(report) if one[0] != "winner"]
    assert kinds == [("joins", "-", "c"), ("leaves", "b", "-")]


def test_two_change_places_in_a_list(tmp_path: Path) -> None:
    def shop(*codes: str) -> dict[str, str]:
        own = (bind("notes", code) for code in codes)
        ranked = zip(codes, own, range(9), strict=False)
        return files(
            *(business(c, f"item.contains({len(c)})", rank=n, more=b) for c, b, n in ranked)
        )

    report = compared(tmp_path, shop("a", "bb", "ccc"), shop("ccc", "a", "bb"))
    assert report.is_complete
    kinds = [one for one in pairs(report) if one[0] == "order"]
    assert kinds == [("order", "a", "ccc"), ("order", "bb", "ccc")]


def test_a_stop_belongs_to_who_says_it(tmp_path: Path) -> None:
    stop = business("vip", "buyer.isVip()", owner="boss", more=bind("discount", ""))
    report = compared(tmp_path, files(stop, WEB), files(WEB), only_owner="other")
    change = next(one for one in report.changes if one.place is not None)
    assert change.old is not None
    assert (change.old.blocked_by, change.old.owner) == ("vip", "boss")
    assert report.verdict is not None
    assert report.verdict.others == {"boss": 2}


def test_edits_say_which_keys(tmp_path: Path) -> None:
    old = files(VIP, SALE)
    new = files(VIP.replace('kpi = "k"', 'kpi = "l"'), SALE.replace("rank = 2", "rank = 0"), WEB)
    report = compared(tmp_path, old, new)
    shown = [(one.code, one.kind, one.fields, one.matters) for one in report.edits]
    assert shown == [
        ("vip", "edited", ("kpi",), False),
        ("sale", "edited", ("rank",), True),
        ("web", "added", (), True),
    ]


def test_a_named_condition_changes_whoever_uses_it(tmp_path: Path) -> None:
    def shop(meaning: str) -> dict[str, str]:
        vocabulary = f'{VOCABULARY}[define]\ngood = "{meaning}"\n'
        return files(business("vip", "good", rank=1), vocabulary=vocabulary)

    report = compared(tmp_path, shop("buyer.isVip()"), shop("buyer.level >= 3"))
    assert report.platform == ("the named condition `good` changed",)
    assert [one.fields for one in report.edits] == [("meaning or order",)]
    assert pairs(report) == [("winner", "platform", "vip"), ("winner", "vip", "platform")]


@pytest.mark.parametrize(
    ("new", "owner", "others"),
    [
        (files(VIP, SALE.replace("item", "buyer.level >= 1 && item")), "sale", {}),
        (files(VIP, SALE.replace("rank = 2", "rank = 0")), "sale", {"vip": 2}),
        (files(SALE), "vip", {}),
        (files(SALE), "sale", {"vip": 4}),
    ],
)
def test_the_verdict_counts_what_others_serve(
    tmp_path: Path, new: dict[str, str], owner: str, others: dict[str, int]
) -> None:
    report = compared(tmp_path, files(VIP, SALE), new, only_owner=owner)
    assert report.verdict is not None
    assert dict(report.verdict.others) == others
    assert report.verdict.passes is not bool(others)


def test_what_was_cut_is_no_clean_verdict(tmp_path: Path) -> None:
    old, new = files(VIP, SALE, WEB), files(VIP.replace("isVip()", "level >= 1"), SALE, WEB)
    report = compared(tmp_path, old, new, only_owner="vip", limit=1)
    assert not report.is_complete
    assert report.verdict is not None
    assert not report.verdict.is_complete
    assert not report.verdict.passes


def test_other_keys_than_before_are_a_finding(tmp_path: Path) -> None:
    def shop(rollout: str) -> dict[str, str]:
        return files(VIP.replace("rank = 1", f"rank = 1\nrollout = {{ {rollout} }}"))

    old = shop('percent = "5", by = "buyer.id", salt = "a"')
    moved = compared(tmp_path / "a", old, shop('percent = "5", by = "buyer.id", salt = "b"'))
    assert [one.code for one in moved.findings] == ["DRF603"]
    assert "the salt was `a` and is `b`" in moved.findings[0].message
    grown = compared(tmp_path / "b", old, shop('percent = "50", by = "buyer.id", salt = "a"'))
    assert grown.findings == ()
    assert grown.groups


def test_points_that_reduce_otherwise_are_not_compared(tmp_path: Path) -> None:
    new = PLATFORM.replace('reduce = "all"\n', "")
    more = bind("notes", "com.vip")
    vip = business("vip", "buyer.isVip()", more=more)
    report = compared(tmp_path, files(vip), files(vip, platform=new))
    assert report.difference.not_compared == ("`notes`, which takes all before and first after",)


def test_what_one_version_alone_has_is_not_compared(tmp_path: Path) -> None:
    new = PLATFORM.replace('code = "tax"', 'code = "vat"').replace('["checkout"]', '["refund"]')
    report = compared(tmp_path, files(VIP), files(VIP, platform=new))
    assert report.difference.not_compared == (
        "the point `tax`, which is gone",
        "the point `vat`, which is new",
        "the scenario `checkout`, which is gone",
        "the scenario `refund`, which is new",
    )
    assert report.groups == ()
    assert report.differs


def test_one_time_only(tmp_path: Path) -> None:
    def shop(end: str) -> dict[str, str]:
        active = f'active = ["2026-01-01T00:00:00Z", "{end}"]'
        return files(VIP.replace("rank = 1", f"rank = 1\n{active}"))

    old, new = shop("2026-02-01T00:00:00Z"), shop("2026-03-01T00:00:00Z")
    assert compared(tmp_path / "a", old, new).groups
    inside = compared(tmp_path / "b", old, new, as_of="2026-01-15T00:00:00Z")
    assert not inside.groups
    between = compared(tmp_path / "c", old, new, as_of="2026-02-15T00:00:00Z")
    assert {one.witness.as_of for one in between.changes} == {"2026-02-15T00:00:00Z"}
