"""What is no program of this build is refused, each time by the check that names the damage."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from engine.artifact_bytes import write
from engine.handmade import artifact_of, sections_of
from engine.handmade_rules import Sections
from engine.made_shop import dated_shop, shop

from rulec.layout.plan import fields as fields_of
from rulec_runtime import ArtifactError, Program, RulecError, from_bytes
from rulec_runtime import open as open_program
from rulec_runtime.format import NONE, SECTIONS, VERSION

Damage = Callable[[Sections], None]
Facts = dict[str, dict[str, Any]]


def put(name: str, record: int, /, **fields: int) -> Damage:
    """Damage that sets fields of one record."""

    def damage(sections: Sections) -> None:
        values = list(sections[name][record])
        names = list(fields_of(name))
        for field, value in fields.items():
            values[names.index(field)] = value
        sections[name][record] = tuple(values)

    return damage


def drop(name: str) -> Damage:
    """Damage that loses the last record."""

    def damage(sections: Sections) -> None:
        sections[name].pop()

    return damage


DAMAGES = [
    ("strings", put("string_ends", 0, value=9999)),
    ("strings", put("string_ends", 2, value=1)),
    ("strings", put("string_bytes", 0, value=0xC0)),
    ("entities", put("entities", 0, name=999)),
    ("entities", put("entities", 0, kind=4)),
    ("entities", put("entities", 0, is_cacheable=2)),
    ("entities", put("entities", 1, first_fact=0)),
    ("entities", put("entities", 2, n_facts=99)),
    ("entities", put("entities", 1, n_facets=99)),
    ("entities", put("entities", 1, n_positions=9)),
    ("entities", put("entities", 1, first_facet=2)),
    ("entities", put("entities", 0, n_scalars=9)),
    ("entities", put("entities", 1, first_quiet=2)),
    ("entities", put("entities", 2, n_conditions=0)),
    ("facts", put("facts", 0, name=NONE)),
    ("facts", put("facts", 0, type=6)),
    ("facts", put("facts", 1, scale=2)),
    ("facts", put("facts", 4, scale=19)),
    ("facts", put("facts", 0, presence=1)),
    ("facts", put("facts", 1, presence=0)),
    ("facts", put("facts", 1, n_facets=2)),
    ("facts", put("facts", 1, first_facet=3)),
    ("facts", put("facts", 2, other_class=NONE)),
    ("facts", put("facts", 1, other_class=1)),
    ("facts", put("facts", 0, n_cuts=1)),
    ("facts", put("facts", 1, n_words=1)),
    ("facts", put("facts", 5, default_class=0)),
    ("facts", put("facts", 5, default_class=9)),
    ("facts", put("facts", 1, default_class=1)),
    ("bounds", put("bounds", 1, low=21)),
    ("bounds", drop("bounds")),
    ("cuts", put("cuts", 1, value=3)),
    ("cuts", put("facts", 1, first_cut=NONE)),
    ("words", put("words", 0, string=NONE)),
    ("words", put("words", 0, class_id=0)),
    ("words", put("words", 0, class_id=4)),
    ("words", put("facts", 2, first_word=5)),
    ("words", lambda sections: sections["words"].__setitem__(1, sections["words"][0])),
    ("tests", put("tests", 0, facet=3)),
    ("tests", put("tests", 0, low=2)),
    ("tests", put("tests", 0, on_true=0)),
    ("tests", put("tests", 0, on_false=NONE)),
    ("tests", put("conditions", 0, n_tests=99)),
    ("facets", put("facets", 0, n_classes=3)),
    ("facets", put("facets", 1, n_classes=3)),
    ("facets", put("facets", 2, n_classes=1)),
    ("facets", put("facets", 0, quiet_class=2)),
    ("runs", put("facets", 0, first_run=99)),
    ("runs", put("entities", 0, quiet_run=99)),
    ("runs", put("runs", 0, first=99)),
    ("runs", put("runs", 0, n_rule=0)),
    ("runs", put("runs", 0, n_product=9)),
    ("candidates", put("candidates", 0, value=6)),
    ("candidates", put("candidates", 0, value=0)),
    ("candidates", put("runs", 0, n_product=0)),
    ("triggers", put("facets", 0, first_trigger=99)),
    ("triggers", put("triggers", 1, first=99)),
    ("triggers", put("triggered", 0, value=99)),
    ("terms", put("terms", 0, entity=3)),
    ("terms", put("terms", 0, condition=99)),
    ("terms", put("terms", 0, definition=3)),
    ("terms", put("terms", 5, definition=5)),
    ("checks", put("terms", 0, first_check=99)),
    ("checks", put("terms", 0, n_checks=99)),
    ("checks", put("terms", 0, checks_0=3 << 24)),
    ("checks", put("terms", 0, checks_0=99)),
    ("definitions", put("definitions", 1, rank=1)),
    ("definitions", put("definitions", 0, traits=2)),
    ("definitions", put("definitions", 3, traits=1)),
    ("definitions", put("definitions", 3, traits=8)),
    ("definitions", put("definitions", 0, liveness=0)),
    ("labels", put("labels", 0, code=NONE)),
    ("labels", put("labels", 1, kpi=999)),
    ("labels", drop("labels")),
    ("installs", put("installs", 0, value=2)),
    ("installs", put("definitions", 0, end_install=1)),
    ("installs", put("definitions", 2, end_install=9)),
    ("installs", lambda sections: sections["installs"].append((0,))),
    ("bindings", put("bindings", 0, point=3)),
    ("bindings", put("bindings", 0, proviso=99)),
    ("bindings", put("bindings", 0, implementation=99)),
    ("bindings", lambda sections: sections["bindings"].insert(0, sections["bindings"].pop(1))),
    ("bindings", put("definitions", 0, end_binding=99)),
    ("bindings", put("definitions", 1, end_binding=0)),
    ("bindings", drop("bindings")),
    ("provisos", put("provisos", 0, scenario=0)),
    ("provisos", put("provisos", 0, liveness=0)),
    ("provisos", put("provisos", 0, before=2)),
    ("provisos", put("provisos", 0, is_ordered=2)),
    ("implementations", put("implementations", 0, name=NONE)),
    ("implementations", put("implementations", 0, mode=NONE - 1)),
    ("implementations", put("implementations", 0, config=999)),
    ("points", put("points", 0, reduce=2)),
    ("points", put("points", 0, has_before=2)),
    ("orders", put("points", 0, n_orders=1)),
    ("points", put("points", 0, code=NONE)),
    ("points", put("points", 0, lane_order=2)),
    ("points", put("points", 0, implementation=99)),
]


DATED_DAMAGES = [
    ("liveness", put("liveness", 0, is_enabled=2)),
    ("liveness", put("liveness", 0, window=2)),
    ("liveness", put("liveness", 0, entity=3, position=0)),
    ("liveness", put("liveness", 0, entity=0, position=99)),
    ("scenarios", put("scenarios", 0, value=NONE)),
    ("definitions", put("definitions", 2, liveness=3)),
    ("provisos", put("provisos", 4, scenario=1)),
    ("orders", put("orders", 0, value=5)),
    ("orders", put("points", 0, n_orders=2)),
    ("orders", put("points", 1, first_order=1, n_orders=1)),
]


@pytest.mark.parametrize(("check", "damage"), DATED_DAMAGES)
def test_a_number_out_of_range_is_refused_where_everything_is_used(
    check: str, damage: Damage
) -> None:
    sections = sections_of(dated_shop())
    from_bytes(write(sections, 2))
    damage(sections)
    with pytest.raises(ArtifactError) as refused:
        from_bytes(write(sections, 2))
    assert refused.value.check == check


@pytest.mark.parametrize(("check", "damage"), DAMAGES)
def test_a_number_out_of_range_is_refused(check: str, damage: Damage) -> None:
    sections = sections_of(shop())
    damage(sections)
    with pytest.raises(ArtifactError) as refused:
        from_bytes(write(sections, 2))
    assert refused.value.check == check
    assert f"(check: {check})" in str(refused.value)


def test_more_products_than_definitions_are_refused() -> None:
    with pytest.raises(ArtifactError) as refused:
        from_bytes(write(sections_of(shop()), 6))
    assert refused.value.check == "definitions"


@pytest.mark.parametrize(
    ("check", "header"),
    [
        ("magic", {"magic": b"\x89RULEC\n\n"}),
        ("byte order", {"byte_order": 0x04030201}),
        ("version", {"version": VERSION + 1}),
        ("fingerprint", {"fingerprint": 1}),
        ("size", {"file_bytes": 5}),
        ("header", {"n_sections": 17}),
        ("header", {"reserved": b"\1" + bytes(51)}),
        ("checksum", {"checksum": 1}),
    ],
)
def test_a_foreign_header_is_refused(check: str, header: dict[str, int | bytes]) -> None:
    with pytest.raises(ArtifactError) as refused:
        from_bytes(write(sections_of(shop()), 2, **header))
    assert refused.value.check == check


def test_a_directory_that_points_outside_is_refused() -> None:
    content = bytearray(artifact_of(shop()))
    content[128:136] = (2**40).to_bytes(8, "little")
    content[124:128] = _checksum(content).to_bytes(4, "little")
    with pytest.raises(ArtifactError) as refused:
        from_bytes(content)
    assert refused.value.check == "directory"


def _checksum(content: bytearray) -> int:
    return zlib.crc32(content[:124] + bytes(4) + content[128:])


def test_a_torn_file_is_refused_at_every_length() -> None:
    content = artifact_of(shop())
    for n_bytes in range(len(content)):
        with pytest.raises(ArtifactError) as refused:
            from_bytes(content[:n_bytes])
        assert refused.value.check == "size"


def test_one_flipped_bit_is_noticed() -> None:
    content = artifact_of(shop())
    chance = random.Random(1)
    for _ in range(2000):
        damaged = bytearray(content)
        damaged[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        with pytest.raises(ArtifactError):
            from_bytes(damaged)


def test_damage_behind_a_right_checksum_never_crashes() -> None:
    content = artifact_of(shop())
    chance = random.Random(2)
    facts: Facts = {"item": {"price": 1, "tags": [77]}, "seller": {"isTMSeller": True}}
    n_opened = 0
    for _ in range(3000):
        damaged = bytearray(content)
        for _ in range(chance.randrange(1, 4)):
            damaged[chance.randrange(400, len(content))] = chance.randrange(256)
        damaged[124:128] = _checksum(damaged).to_bytes(4, "little")
        try:
            program = from_bytes(damaged)
        except ArtifactError:
            continue
        n_opened += 1
        names = [entity.name for entity in program.entities]
        if names == ["seller", "item", "place"]:
            _use(program, facts)
    assert n_opened > 100


def _use(program: Program, facts: Facts) -> None:
    try:
        match = program.match(facts)
    except RulecError:
        return
    assert match.identity == "platform" or match.identity in match.codes
    match.resolve_points(program.points)


@pytest.mark.parametrize(
    "config",
    ["", "[]", "3", "null", "{", '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 200_000, "{}x"],
)
def test_a_config_that_is_no_json_object_is_refused(config: str) -> None:
    with pytest.raises(ArtifactError) as refused:
        from_bytes(artifact_of(replace(shop(), config=config)))
    assert refused.value.check == "config"


@pytest.mark.parametrize("manifest", [b"", b"[]", b"{", b'{"a": "\xff"}', b'{"a": 1, "a": 1}'])
def test_a_manifest_that_is_no_json_object_decides_but_is_not_shown(manifest: bytes) -> None:
    sections = sections_of(shop())
    sections["manifest"] = [(byte,) for byte in manifest]
    program = from_bytes(write(sections, 2))
    assert program.identify({"item": {"price": 1}}) == "platform"
    with pytest.raises(ArtifactError) as refused:
        _ = program.manifest
    assert refused.value.check == "manifest"


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [("points", 0, 1), ("labels", 0, 4), ("entities", 0, 2), ("facts", 0, 1)],
)
def test_a_name_that_stands_twice_is_refused(name: str, first: int, second: int) -> None:
    sections = sections_of(shop())
    sections[name][second] = (sections[name][first][0], *sections[name][second][1:])
    with pytest.raises(ArtifactError) as refused:
        from_bytes(write(sections, 2))
    assert refused.value.check == "names"


def test_a_definition_called_platform_is_refused() -> None:
    world = shop()
    stolen = replace(world.definitions[-1], code="platform")
    with pytest.raises(ArtifactError) as refused:
        from_bytes(artifact_of(replace(world, definitions=(*world.definitions[:-1], stolen))))
    assert refused.value.check == "names"


def test_only_bytes_are_opened() -> None:
    no_bytes: Any
    for no_bytes in ("text", None, 7):
        with pytest.raises(TypeError):
            from_bytes(no_bytes)


def test_the_program_keeps_its_own_bytes() -> None:
    content = bytearray(artifact_of(shop()))
    program = from_bytes(memoryview(content))
    intact = bytes(content)
    content[:] = bytes(len(content))
    assert program.to_bytes() == intact
    assert program.match({"item": {"price": 1}}).codes == ("notice",)


def test_config_is_read_only_all_the_way_down() -> None:
    program = from_bytes(artifact_of(shop()))
    config: Any = program.decisions[-1].config
    assert config == {"lines": (1, {"deep": (2,)}), "text": "无"}
    assert isinstance(config, MappingProxyType)
    changed: Any = config
    with pytest.raises(TypeError):
        changed["lines"] = 1
    assert isinstance(config["lines"][1], MappingProxyType)


def test_decisions_say_who_decides() -> None:
    program = from_bytes(artifact_of(shop()))
    default, silent = program.decisions[0], program.decisions[2]
    assert (default.code, default.kind, default.owner) == ("platform", "platform", None)
    assert (default.implementation, default.mode, default.reason) == (
        "platform.Default", "python", "DEFAULT",
    )  # fmt: skip
    assert (silent.implementation, silent.mode, silent.config) == (None, None, None)
    facts: Facts = {"seller": {"isTMSeller": True}, "item": {"price": 1}}
    bound = program.resolve("Price.discount", facts)
    assert (bound.code, bound.kind, bound.owner) == ("tmall", "business", "somebody")
    assert (bound.reason, bound.blocked_by, bound.program_hash) == ("MATCH", None, program.hash)
    assert [decision.number for decision in program.decisions] == list(
        range(len(program.decisions))
    )


def test_the_manifest_is_the_callers_own() -> None:
    program = from_bytes(artifact_of(shop()))
    assert program.manifest == {"rules": "handmade"}
    program.manifest["rules"] = "changed"
    assert program.manifest == {"rules": "handmade"}


def test_what_definitions_say_is_the_callers_own() -> None:
    program = from_bytes(artifact_of(shop()))
    said = program.described()
    assert list(said) == [one.code for one in shop().definitions]
    assert all(one == {"name": f"Name of {code}"} for code, one in said.items())
    said.clear()
    assert program.described()


def test_sections_are_counted() -> None:
    program = from_bytes(artifact_of(shop()))
    sizes = program.section_sizes()
    assert list(sizes) == [item.name for item in SECTIONS]
    assert sizes["facts"] == (9, 9 * 80)


def test_a_saved_program_is_the_same_program(tmp_path: Path) -> None:
    program = from_bytes(artifact_of(shop()))
    path = tmp_path / "shop.rulec"
    path.write_bytes(b"what stood here before")
    program.save(path)
    assert open_program(path).hash == program.hash
    assert open_program(str(path)).to_bytes() == program.to_bytes()
    assert [found.name for found in tmp_path.iterdir()] == ["shop.rulec"]


def test_a_save_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    program = from_bytes(artifact_of(shop()))
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        program.save(tmp_path / "folder")
    with pytest.raises(FileNotFoundError):
        program.save(tmp_path / "nowhere" / "shop.rulec")
    assert [found.name for found in tmp_path.iterdir()] == ["folder"]


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_program(tmp_path / "missing.rulec")
    with pytest.raises(IsADirectoryError):
        open_program(tmp_path)
    (tmp_path / "empty.rulec").write_bytes(b"")
    with pytest.raises(ArtifactError):
        open_program(tmp_path / "empty.rulec")


def test_a_file_over_four_gibibytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.rulec"
    with path.open("wb") as file:
        file.truncate(4 * 1024**3 + 1)
    with pytest.raises(ArtifactError) as refused:
        open_program(path)
    assert refused.value.check == "size"
