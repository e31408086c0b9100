"""JSON requests: every number exact, everything doubtful refused, nothing crashes."""

from __future__ import annotations

import json
import sys
from decimal import Context, Decimal, localcontext
from typing import Any

import pytest
from engine.classes import Probe
from engine.handmade import artifact_of
from engine.handmade_world import Fact
from engine.made_shop import shop
from hypothesis import given
from hypothesis import strategies as st

from rulec_runtime import FactError, JsonError, Program, RulecError, from_bytes
from rulec_runtime.request_json import MAX_DEPTH, decoded

POINT = "Order.validate"


@pytest.fixture(scope="module")
def program() -> Program:
    return from_bytes(artifact_of(shop()))


def test_json_answers_as_facts_do(program: Program) -> None:
    facts = {
        "seller": {"isTMSeller": True, "level": 5, "city": "杭州"},
        "item": {"tags": [4199, 77], "price": 19.9, "brand": None},
        "place": {"channel": "app"},
    }
    expected = program.match(facts)
    for data in (json.dumps(facts), json.dumps(facts, ensure_ascii=False, indent=2)):
        for form in (data, data.encode(), bytearray(data.encode()), memoryview(data.encode())):
            assert program.match_json(form).codes == expected.codes
            for point in program.points:
                assert program.resolve_json(point, form) is expected.resolve(point)


def test_numbers_are_exact() -> None:
    probe = Probe(Fact("it", "decimal", "optional", scale=18, cuts=(0, 1990000000000000001)))
    for number, expected in {
        "1.990000000000000001": "3",
        "1.99": "2",
        "1.990000000000000000": "2",
        "1990000000000000001e-18": "3",
        "19.90000000000000001E-1": "3",
        "0.1990000000000000001e1": "3",
        "-0.0": "2",
        "0E999999999": "2",
        "2": "3",
    }.items():
        data = '{"thing": {"it": ' + number + "}}"
        assert probe.program.match_json(data).identity == expected, number
    for number in ("1.9900000000000000001", "1e-19", "1e30", "1e999999", "1e-999999"):
        with pytest.raises(FactError) as refused:
            probe.program.match_json('{"thing": {"it": ' + number + "}}")
        assert refused.value.fact == "it"


def test_the_contexts_of_decimal_change_nothing(program: Program) -> None:
    for context in (Context(prec=1), Context(capitals=0), Context(prec=3, Emax=2, traps=[])):
        with localcontext(context):
            assert program.match_json('{"item": {"price": 12345.67}}').identity == "platform"
            assert program.match_json('{"item": {"price": 1E+4}}').identity == "platform"


REFUSED: dict[str, tuple[str | bytes, int | None]] = {
    "nothing": (b"", 0),
    "spaces": (b"  ", 2),
    "cut short": (b'{"item": {"price": 1', 20),
    "two values": (b'{"item": {"price": 1}} {}', 23),
    "a byte order mark": (b'\xef\xbb\xbf{"item": {"price": 1}}', 0),
    "single quotes": (b"{'item': {}}", 1),
    "a comma too many": (b'{"item": {"price": 1,}}', 21),
    "a comment": (b'{"item": {"price": 1}} // it', 23),
    "NaN": (b'{"item": {"price": NaN}}', 19),
    "Infinity": (b'{"item": {"price": Infinity}}', 19),
    "-Infinity": (b'{"item": {"price": -Infinity}}', 20),
    "a leading zero": (b'{"item": {"price": 01}}', 20),
    "a bare point": (b'{"item": {"price": 1.}}', 21),
    "an exponent beyond all": (b'{"item": {"price": 1e99999999999999999999}}', None),
    "thousands of digits": (b'{"item": {"price": ' + b"1" * 5000 + b"}}", None),
    "a control character": (b'{"item": {"brand": "\x01"}}', 20),
    "a byte that is no UTF-8": (b'{"item": {"brand": "ab\xff"}}', 22),
    "half a character in UTF-8": (b'{"item": {"brand": "\xed\xa0\x80"}}', 20),
    "an overlong byte": (b'{"item": {"brand": "\xc0\x80"}}', 20),
    "the first half of a pair": (b'{"item": {"brand": "\\ud83d"}}', 20),
    "the second half of a pair": (b'{"item": {"brand": "\\ude80"}}', 20),
    "a pair the wrong way round": (b'{"item": {"brand": "\\ude80\\ud83d"}}', 20),
    "half a pair and a letter": (b'{"item": {"brand": "\\ud83da\\ude80"}}', 20),
    "half a pair in a name": (b'{"\\ud800": {}}', 2),
    "a lone surrogate in text": ('{"item": {"brand": "杭\ud800"}}', 23),
    "nested too deep": (b"[" * 100_000, MAX_DEPTH),
    "objects nested too deep": (b'{"a":' * 2000, 5 * MAX_DEPTH),
    "a name twice": (b'{"item": {"price": 1, "price": 1}}', None),
    "a name twice, once escaped": (b'{"item": {"price": 1, "pric\\u0065": 2}}', None),
    "an entity twice": (b'{"item": {"price": 1}, "item": {"price": 2}}', None),
    "an entity twice, once null": (b'{"item": {"price": 1}, "item": null}', None),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_json_is_refused(program: Program, case: str) -> None:
    data, offset = REFUSED[case]
    with pytest.raises(JsonError) as refused:
        program.match_json(data)
    error = refused.value
    assert (error.entity, error.fact, error.row) == ("facts", None, None)
    assert error.offset == offset
    assert error.expected
    assert error.given
    assert len(str(error)) < 300
    with pytest.raises(JsonError):
        program.resolve_json(POINT, data)


@pytest.mark.parametrize("data", [None, 3, {}, [b"{}"], 10**10])
def test_what_is_no_text_is_refused(program: Program, data: Any) -> None:
    with pytest.raises(JsonError, match="JSON as bytes or text"):
        program.match_json(data)


@pytest.mark.parametrize(
    "data",
    [
        "null", "1", '"item"', "[]", '[{"item": {"price": 1}}]', '{"item": [1]}', '{"item": "x"}',
        '{"item": {"price": {}}}', '{"item": {"price": {"a": 1, "b": {"c": 1}}}}', '{"itm": {}}',
        '{"item": {"price": [1]}}', '{"item": {"price": true}}', '{"item": {"price": 19.905}}',
        '{"item": {"price": 1, "tags": 77}}', '{"item": {"price": 1, "tags": [77, null]}}',
        '{"item": {"price": 1, "tags": [1.0]}}', '{"item": {"price": 1, "tags": ["77"]}}',
        '{"item": {"price": 1}, "seller": {"level": 3.0}}', '{"item": {"price": 123456789e300}}',
        '{"item": {"price": 1}, "seller": {"isTMSeller": 1}}', "{}", '{"item": null}',
    ],
)  # fmt: skip
def test_json_of_another_shape_is_a_bad_fact(program: Program, data: str) -> None:
    with pytest.raises(FactError) as refused:
        program.match_json(data)
    assert not isinstance(refused.value, JsonError)


def test_the_name_given_twice_is_named(program: Program) -> None:
    with pytest.raises(JsonError, match="`price` twice"):
        program.match_json('{"item": {"price": 1, "brand": "a:b\\":", "price": 1}}')
    assert program.match_json('{"item": {"price": 1, "brand": "a:b\\":{["}}').identity == "platform"


def test_a_deep_stack_of_the_caller_is_no_crash(program: Program) -> None:
    def down(n: int) -> str:
        return down(n - 1) if n else program.match_json('{"item": {"price": 1}}').identity

    depth = sys.getrecursionlimit()
    seen = set()
    for n in range(depth - 100, depth):
        try:
            seen.add(down(n))
        except RecursionError:
            seen.add("too deep")
    assert seen <= {"platform", "too deep"}


def exact(value: Any) -> Any:
    """A value as JSON gives it back: floats as the decimals they are written as."""
    if isinstance(value, dict):
        return {name: exact(each) for name, each in value.items()}
    if isinstance(value, list):
        return [exact(each) for each in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = SCALARS | st.text(st.characters(exclude_categories=("Cs",)))
TREES = st.recursive(
    VALUES,
    lambda inner: st.lists(inner) | st.dictionaries(st.text('ab:"\\{'), inner),
    max_leaves=20,
)


@given(TREES)
def test_what_was_written_is_read(tree: Any) -> None:
    assert decoded(json.dumps(tree)) == exact(tree)
    assert decoded(json.dumps(tree, ensure_ascii=False).encode()) == exact(tree)


@given(st.binary() | st.text('{}[]":,\\u0123dD89aeE.-+truefalsnN \x00\n'))
def test_anything_is_read_or_refused(data: bytes | str) -> None:
    program = from_bytes(artifact_of(shop()))
    with pytest.raises(RulecError):
        program.match_json(data)
