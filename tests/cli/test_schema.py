"""The schemas of the files: sound, complete, and of one mind with the files of the examples."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rulec.cli.main import main
from rulec.schema import FILES, schema_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
KINDS = {
    "vocabulary.toml": "vocabulary",
    "platform.toml": "platform",
    "columns.toml": "columns",
    "businesses/*.toml": "business",
    "products/*.toml": "product",
}


def faults(kind: str, toml: str) -> list[str]:
    validator = Draft202012Validator(schema_of(kind))
    return [error.message for error in validator.iter_errors(tomllib.loads(toml))]


@pytest.mark.parametrize("kind", FILES)
def test_every_schema_is_one_and_says_everything(kind: str) -> None:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    for name, table in schema["$defs"].items():
        assert table["title"], name
        for key, value in table["properties"].items():
            assert value["description"], f"{name}.{key}"


@pytest.mark.parametrize("pattern", KINDS)
def test_the_examples_are_valid(pattern: str) -> None:
    paths = sorted(EXAMPLES.glob(f"*/{pattern}"))
    assert paths
    for path in paths:
        assert faults(KINDS[pattern], path.read_text("utf-8")) == [], path


@pytest.mark.parametrize(
    ("kind", "toml"),
    [
        ("business", 'code = "a"\nowner = "o"\nidentity = "true"\ncolour = 1\n'),
        ("business", 'code = "a"\nidentity = "true"\n'),
        ("business", '[[business]]\ncode = "a"\nowner = "o"\nidentity = 3\n'),
        ("product", 'code = "a"\nowner = "o"\ncondition = "true"\nrank = -1\n'),
        ("product", 'code = "a"\nowner = "o"\ncondition = "true"\nrollout = { percent = "5" }\n'),
        (
            "product",
            'code = "a"\nowner = "o"\ncondition = "true"\nbind = [{ point = "p", before = [] }]\n',
        ),
        ("platform", '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\n'),
        ("platform", '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "x"\n'),
        ("vocabulary", '[entity.a]\nkind = "person"\n'),
        ("vocabulary", '[entity.a]\nkind = "people"\n[entity.a.facts]\nb = { tipe = "int" }\n'),
        ("columns", '[column."a.b"]\nform = "x"\n'),
        ("config", 'fail-level = "fatal"\n'),
    ],
)
def test_mistakes_are_seen(kind: str, toml: str) -> None:
    assert faults(kind, toml)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(["schema", *arguments])
    assert isinstance(left.value.code, int)
    return left.value.code


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("business") == 0
    assert json.loads(capsys.readouterr().out) == schema_of("business")
    assert run() == 0
    whole: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (whole["schema"], whole["version"]) == ("rulec.schemas", 1)
    assert whole["schemas"].keys() == FILES.keys()
    assert run("-o", str(tmp_path / "schemas")) == 0
    written = sorted(path.name for path in (tmp_path / "schemas").iterdir())
    assert written == sorted(f"{name}.schema.json" for name in FILES)
    assert run("businesses") == 2
