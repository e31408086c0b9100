"""runtime/README.md is in step: its rule set compiles, its plan is what it shows, its session runs.

The rule set is the page's `toml six/FILE` blocks and its table of definitions. `console engine`
holds a command and what it prints; a line `...` stands for any lines. `RULEC_UPDATE=1` draws the
picture of runs and flat rows anew, from the plan.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from roads import write_ruleset

from rulec.cli.main import main
from rulec_runtime.format import NONE

PAGE = Path(__file__).parents[2] / "runtime" / "README.md"
BLOCK = re.compile(r"^```(\w+) ([^\n`]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DEFINITION = re.compile(r"^\| (product|business) \| `(\w+)` \| (\d+) \| `(.+)` \|$", re.MULTILINE)
BEGIN, END = "<!-- drawn from the plan: RULEC_UPDATE=1 -->\n", "<!-- end of drawing -->\n"
BIND = 'bind = [{ point = "Price.discount", implementation = "six.Discount" }]\n'


@pytest.fixture(scope="module")
def text() -> str:
    return PAGE.read_text("utf-8")


@pytest.fixture
def blocks(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, str, str]]:
    """The blocks of the page, in a folder that holds its rule set."""
    monkeypatch.chdir(tmp_path)
    found = BLOCK.findall(text)
    files = {name: body for kind, name, body in found if kind == "toml"}
    for lane, code, rank, condition in DEFINITION.findall(text):
        key = "identity" if lane == "business" else 'scope = "all"\ncondition'
        files[f"six/{'businesses' if lane == 'business' else 'products'}/{code}.toml"] = (
            f'code = "{code}"\nowner = "pricing"\nrank = {rank}\n{key} = \'{condition}\'\n{BIND}'
        )
    assert len(files) == 2 + 6
    write_ruleset(tmp_path, files)
    return found


def printed(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main(shlex.split(command)[1:])
    assert not ended.value.code
    return capsys.readouterr().out


def test_the_plan_is_as_shown(
    blocks: list[tuple[str, str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    (shown,) = [body for kind, _, body in blocks if kind == "console"]
    command, _, wanted = shown.removeprefix("$ ").partition("\n")
    checker = doctest.OutputChecker()
    assert checker.check_output(wanted, printed(command, capsys), doctest.ELLIPSIS)


def test_the_session_runs(blocks: list[tuple[str, str, str]]) -> None:
    (session,) = [body for kind, _, body in blocks if kind == "python"]
    test = doctest.DocTestParser().get_doctest(session, {}, PAGE.name, str(PAGE), 0)
    assert test.examples
    said: list[str] = []
    assert not doctest.DocTestRunner().run(test, out=said.append).failed, "".join(said)


@pytest.mark.usefixtures("blocks")
def test_the_drawing_is_of_the_plan(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    whole = json.loads(printed("rulec compile six --emit json", capsys))
    picture = "\n".join(f"    {line}".rstrip() for line in Drawing(whole).lines()) + "\n"
    before, _, rest = text.partition(BEGIN)
    shown, _, after = rest.partition(END)
    if os.environ.get("RULEC_UPDATE") == "1":
        PAGE.write_text(f"{before}{BEGIN}\n{picture}\n{END}{after}", "utf-8")
        return
    assert shown.strip() == picture.strip()


class Drawing:
    """Runs and flat rows of a plan, by the names of facts and definitions."""

    def __init__(self, whole: dict[str, Any]) -> None:
        self.plan: dict[str, list[dict[str, int]]] = whole["plan"]
        self.texts: list[str] = whole["texts"]

    def lines(self) -> Iterator[str]:
        yield "runs"
        for name, class_name, facet, place in self.places():
            if facet["first_run"] != NONE:
                run = self.plan["runs"][facet["first_run"] + place]
                terms = self.plan["candidates"][run["first"] : run["first"] + run["n"]]
                if terms:
                    listed = ", ".join(self.term(each["value"]) for each in terms)
                    yield f"  {name:<14} {class_name:<9} {listed}"
        flats = [self.term(each["value"]) for each in self.plan["flats"]]
        yield f"{'flat rows':<26} " + "  ".join(flats)
        for name, class_name, facet, place in self.places():
            if facet["first_flat"] != NONE:
                row = self.plan["flat_rows"][facet["first_flat"] + place]["value"]
                yield f"  {name:<14} {class_name:<9} " + "  ".join(
                    f"{self.bit(row, at):<{len(flat)}}" for at, flat in enumerate(flats)
                )

    def term(self, number: int) -> str:
        label = self.plan["labels"][self.plan["terms"][number]["definition"]]
        return f"{number} {self.texts[label['code']]}"

    def bit(self, row: int, at: int) -> str:
        """What a row says of a flat term; no row leaves every one."""
        if row == NONE:
            return "-"
        n_words = -(-len(self.plan["flats"]) // 512) * 8
        return str(self.plan["flat_bits"][row * n_words + at // 64]["value"] >> at % 64 & 1)

    def places(self) -> Iterator[tuple[str, str, dict[str, int], int]]:
        """Fact, class in words, facet, and the place of the class in runs and rows."""
        for entity in self.plan["entities"]:
            end = entity["first_fact"] + entity["n_facts"]
            for fact in self.plan["facts"][entity["first_fact"] : end]:
                name = f"{self.texts[entity['name']]}.{self.texts[fact['name']]}"
                for facet_number, class_name, place in self.classes(fact):
                    facet = self.plan["facets"][entity["first_facet"] + facet_number]
                    yield name, class_name, facet, place

    def classes(self, fact: dict[str, int]) -> Iterator[tuple[int, str, int]]:
        first, cut = fact["first_facet"], fact["first_cut"]
        cuts = [each["value"] for each in self.plan["cuts"][cut : cut + fact["n_cuts"]]]
        words = self.plan["words"][fact["first_word"] : fact["first_word"] + fact["n_words"]]
        if fact["n_facets"] != 1 or not (cuts or words):
            yield from ((first + at, str(tag), 0) for at, tag in enumerate(cuts))
            return
        yield first, "missing", 0
        for word in sorted(words, key=lambda each: each["class_id"]):
            yield first, self.texts[word["string"]], word["class_id"]
        unit = 10 ** fact["scale"]
        for place, low in enumerate([None, *cuts] if cuts else [], 1):
            yield first, "below" if low is None else f"from {low // unit}", place
