"""`rulec overlaps`: one pair, one definition, all of them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from compare.shop import SALE, VIP, WEB, business, files
from roads import write_ruleset

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    few = [business(f"tag{n}", f"item.contains({n})", rank=100 + n) for n in range(25)]
    monkeypatch.chdir(tmp_path)
    return write_ruleset(tmp_path / "shop", files(VIP, SALE, WEB, *few))


@pytest.mark.usefixtures("shop")
def test_a_pair(run: Run) -> None:
    code, out, _ = run("overlaps", "shop", "vip", "sale")
    assert code == 0
    assert out.startswith("overlaps: `vip` and `sale` share some requests, and each has others\n")
    assert "vip (of vip, rank 1): buyer.isVip()\n" in out
    assert "\nvip stands first: rank 1 before 2\n" in out
    assert "  identified: vip\n  wins discount: vip\n" in out


def test_the_commands_it_prints(run: Run, shop: Path) -> None:
    lines = [one for one in run("overlaps", "shop", "vip", "sale")[1].splitlines() if "<<<" in one]
    identified = []
    for line in lines:
        words = shlex.split(line)
        (shop.parent / "facts.json").write_text(words[-1])
        given = [word if word != "-" else "facts.json" for word in words[1 : words.index("<<<")]]
        code, out, _ = run(*given)
        assert code == 0
        identified.append(out.splitlines()[0].split()[-1])
    assert identified == ["vip", "vip", "sale"]


@pytest.mark.usefixtures("shop")
def test_partners_are_sorted_and_cut(run: Run) -> None:
    out = run("overlaps", "shop", "vip")[1].splitlines()
    assert out[0] == "vip may meet 27 others"
    assert out[1] == "  overlaps  sale   vip stands first: rank 1 before 2"
    assert len(out) == 22
    assert out[-1] == "  +7 more; --all shows them"
    assert len(run("overlaps", "shop", "vip", "--all")[1].splitlines()) == 28
    said = json.loads(run("overlaps", "shop", "vip", "--output-format", "json")[1])
    assert (len(said["pairs"]), said["more"]) == (20, 7)


@pytest.mark.usefixtures("shop")
def test_all_of_them(run: Run) -> None:
    out = run("overlaps", "shop")[1].splitlines()
    assert out[0] == "28 definitions: 378 of 378 pairs may share a request"
    assert out[1].split() == "sale meets 27: behind 1, before 26 (of sale)".split()
    assert out[-1] == "  +8 more; --all shows them"
    said = json.loads(run("overlaps", "shop", "--output-format", "json")[1])
    assert (said["schema"], said["version"], said["more"]) == ("rulec.overlaps", 1, 8)


@pytest.mark.usefixtures("shop")
def test_json_of_a_pair(run: Run) -> None:
    said = json.loads(run("overlaps", "shop", "sale", "tag7", "--output-format", "json")[1])
    (pair,) = said["pairs"]
    assert pair["relation"] == "equal"
    assert pair["order"] == [
        {"point": None, "scenario": None, "first": "sale", "why": "rank 2 before 107"}
    ]
    (witness,) = pair["witnesses"]
    assert witness["facts"] == {"item": {"tags": [7]}}
    assert witness["winners"] == [{"point": "discount", "scenario": None, "winner": "sale"}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("vip", "vip"), "name two definitions, or one"),
        (("vop",), "no definition `vop`; did you mean `vip`?"),
        (("vip", "nobody"), "no definition `nobody`"),
    ],
)
@pytest.mark.usefixtures("shop")
def test_what_it_refuses(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, _, errors = run("overlaps", "shop", *arguments)
    assert code == 2
    assert said in errors
