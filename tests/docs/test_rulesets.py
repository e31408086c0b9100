"""What docs/rulesets.md builds compiles and answers as the page says; the page tells every key.

A block tagged `toml FOLDER/FILE` is a file; those tagged `python rules` are one doctest session
beside these files.
"""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from roads import write_ruleset

from rulec.ruleset import shape as rules
from rulec.vocabulary import shape as words
from rulec.vocabulary.conform import Shape

PAGE = Path(__file__).parents[2] / "docs" / "rulesets.md"
BLOCK = re.compile(r"^```(\w+) ([^\n`]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = BLOCK.findall(PAGE.read_text("utf-8"))
    files = {name: body for kind, name, body in blocks if kind == "toml"}
    session = "\n".join(body for kind, _, body in blocks if kind == "python")
    assert len(files) >= 5
    write_ruleset(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    test = doctest.DocTestParser().get_doctest(session, {}, PAGE.name, str(PAGE), 0)
    assert len(test.examples) >= 12
    said: list[str] = []
    failed, _ = doctest.DocTestRunner().run(test, out=said.append)
    assert not failed, "".join(said)


TABLES: dict[str, type[Shape]] = {
    "vocabulary.toml": words.VocabularyShape,
    "entity": words.EntityShape,
    "fact": words.FactShape,
    "assumption": words.AssumeShape,
    "`exclusive`": words.ExclusiveShape,
    "platform.toml": rules.PlatformShape,
    "ability": rules.AbilityShape,
    "point": rules.PointShape,
    "`default`": rules.DefaultShape,
    "business": rules.BusinessShape,
    "product": rules.ProductShape,
    "binding": rules.BusinessBindShape,
    "`rollout`": rules.RolloutShape,
    "columns.toml": rules.ColumnsShape,
    "column": rules.ColumnShape,
}
ROW = re.compile(r"^\| ((?:`\w+`(?:, )?)+) \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)


def test_the_key_table_is_whole() -> None:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    told = {
        (table, key)
        for keys, tables in rows
        for table in tables.split(", ")
        for key in re.findall(r"\w+", keys)
    }
    read = {
        (table, field.alias or name)
        for table, shape in TABLES.items()
        for name, field in shape.model_fields.items()
    }
    assert told == read
