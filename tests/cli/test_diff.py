"""`rulec diff`: formats, exit codes, and what it refuses."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from compare.shop import SALE, VIP, VOCABULARY, WEB, business, files
from roads import write_ruleset

Run = Callable[..., tuple[int, str, str]]
SHOWN = Path(__file__).parent / "diff.html"
HOSTILE = "<script>alert(1)</script>\\u202e&"


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions below the current folder: `old` and `new`."""
    write_ruleset(tmp_path / "old", files(VIP, SALE))
    write_ruleset(tmp_path / "new", files(SALE.replace("rank = 2", "rank = 0"), VIP, WEB))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("shops")
def test_text(run: Run) -> None:
    code, out, _ = run("diff", "old", "new")
    assert code == 0
    assert out.startswith(
        "old -> new\n"
        "2 definitions edited, 4 classes of requests change winner: 2 pairs of winners\n"
    )
    assert "  sale  rank (of sale)  new/businesses/all.toml:3:8\n" in out
    assert "\nvip (of vip) -> sale (of sale)\n  at     identity, discount\n" in out
    assert "  runs   com.vip -> com.sale\n" in out
    assert "  sale  gains 2 classes\n" in out
    assert run("diff", "old", "new")[1] == out


def test_the_command_it_prints_shows_the_winner(run: Run, shops: Path) -> None:
    line = next(one for one in run("diff", "old", "new")[1].splitlines() if "  try" in one)
    words = shlex.split(line.split("try    ", 1)[1])
    (shops / "facts.json").write_text(words[-1])
    given = [word if word != "-" else "facts.json" for word in words[1 : words.index("<<<")]]
    assert "  winner     sale (business)\n" in run(*given)[1]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), 0),
        (("--exit-code",), 1),
        (("--only-owner", "sale"), 1),
        (("--only-owner", "vip"), 0),
        (("--max", "1", "--only-owner", "vip"), 1),
    ],
)
@pytest.mark.usefixtures("shops")
def test_exit_codes(run: Run, arguments: tuple[str, ...], expected: int) -> None:
    assert run("diff", "old", "new", *arguments)[0] == expected


@pytest.mark.usefixtures("shops")
def test_no_difference(run: Run) -> None:
    code, out, _ = run("diff", "old", "old", "--exit-code")
    assert (code, out) == (0, "old -> old\n0 definitions edited, no request changes winner\n")


@pytest.mark.usefixtures("shops")
def test_the_verdict(run: Run) -> None:
    out = run("diff", "old", "new", "--only-owner", "sale")[1]
    assert "\nthese changes by `sale` alter requests now served for `vip`: 2 classes\n" in out
    assert "  definitions of others are edited: `web`\n" in out
    assert "is not decided" in run("diff", "old", "new", "--only-owner", "vip", "--max", "1")[1]


@pytest.mark.usefixtures("shops")
def test_json(run: Run) -> None:
    said: dict[str, Any] = json.loads(run("diff", "old", "new", "--output-format", "json")[1])
    assert (said["schema"], said["version"], said["complete"]) == ("rulec.diff", 1, True)
    pairs = {(one["old"]["code"], one["new"]["code"]) for one in said["groups"]}
    assert pairs == {("vip", "sale"), ("platform", "web")}
    for group in said["groups"]:
        for change in group["changes"]:
            assert change["identity"] is (change["point"] is None)
            assert isinstance(change["witness"], dict)
    cut = json.loads(run("diff", "old", "new", "--max", "1", "--output-format", "json")[1])
    assert cut["complete"] is False
    assert cut["cut"]


@pytest.mark.usefixtures("shops")
def test_github(run: Run) -> None:
    out = run("diff", "old", "new", "--output-format", "github", "--only-owner", "sale")[1]
    lines = out.splitlines()
    assert lines[0].startswith("::notice file=new/businesses/all.toml,line=3,")
    assert "title=DRF601 winner-changed" in lines[0]
    assert lines[-1].startswith("::error title=DRF601 winner-changed::these changes by `sale`")


class Page(HTMLParser):
    """The elements of a page, and what it would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [one for one in attrs if one[0] in ("src", "href", "onclick", "action")]


@pytest.mark.usefixtures("shops")
def test_html_is_one_page(run: Run) -> None:
    text = run("diff", "old", "new", "--output-format", "html", "--only-owner", "sale")[1]
    page = Page()
    page.feed(text)
    assert page.fetched == []
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    if os.environ.get("RULEC_UPDATE"):
        SHOWN.write_text(text, encoding="utf-8")
    assert text == SHOWN.read_text(encoding="utf-8")


def test_html_escapes_what_rule_files_say(run: Run, tmp_path: Path) -> None:
    write_ruleset(tmp_path / "old", files(VIP))
    vip = VIP.replace('owner = "vip"', f'owner = "{HOSTILE}"').replace("com.vip", HOSTILE)
    write_ruleset(tmp_path / "new", files(vip))
    text = run("diff", tmp_path / "old", tmp_path / "new", "--output-format", "html")[1]
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;U+202E&gt;&amp;" in text


@pytest.mark.usefixtures("shops")
def test_traffic(run: Run) -> None:
    columns = {
        "buyer.isVip": pa.array([True, True, False]),
        "item.tags": pa.array([[7], [], []], pa.list_(pa.int64())),
    }
    pq.write_table(pa.table(columns), "rows.parquet")
    out = run("diff", "old", "new", "--traffic", "rows.parquet")[1]
    assert "  seen   1 of 3 rows (33.33 %)\n" in out
    assert "Traffic\n  1 of 3 rows change winner (33.33 %)\n  discount: 1\n" in out
    assert run("diff", "old", "new", "--traffic", "none.parquet")[0] == 2


def test_revisions(run: Run, shops: Path) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "--quiet"], ["add", "old"], ["commit", "--quiet", "-m", "one"]):
        subprocess.run([*git, *arguments], check=True, cwd=shops)
    write_ruleset(shops / "old", files(SALE))
    for given in (("HEAD", "--rules", "old"), ("old@HEAD", "old")):
        code, out, _ = run("diff", *given)
        assert code == 0
        assert out.startswith("old@HEAD -> old\n1 definition edited")
        assert "  vip  removed (of vip)  old/businesses/all.toml:3:8\n" in out
    assert run("diff", "HEAD", "HEAD", "--rules", "old")[1].startswith("old@HEAD -> old@HEAD\n0")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("old",), "say OLD and NEW"),
        (("old", "none"), "`none`: no such folder or artifact"),
        (("old@HEAD", "new"), "not a git repository"),
        (("old", "new", "--as-of", "noon"), "is no time with an offset"),
        (("old", "new", "--scenario", "checkout"), "--scenario belongs to --traffic"),
        (("old", "broken"), "`broken` does not compile"),
        (("old", "new", "--only-owner", "sael"), "owns no definition; did you mean `sale`?"),
        (("old", "new", "--columns", "x.toml"), "does not exist"),
        (("old", "new", "--time-column", "t"), "--time-column belongs to --traffic"),
        (("old", "other"), "`buyer.isVip` is flag in the old version and int in the new one"),
    ],
)
def test_what_it_refuses(run: Run, shops: Path, arguments: tuple[str, ...], said: str) -> None:
    write_ruleset(shops / "broken", files(VIP.replace("isVip", "isVp")))
    vocabulary = VOCABULARY.replace(
        'isVip = { type = "flag" }', 'isVip = { type = "int", optional = true }'
    )
    write_ruleset(shops / "other", files(business("x", "buyer.isVip > 0"), vocabulary=vocabulary))
    code, out, errors = run("diff", *arguments)
    assert code == 2
    assert said in errors
    assert ("VOC101" in out) is ("broken" in arguments)
