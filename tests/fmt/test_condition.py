"""The style, by example; and that formatting keeps meaning, comments and itself."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties.language import conditions, declared

from rulec.document import Document
from rulec.fmt.file import condition_keys, format_document
from rulec.source import Excerpt, Source
from rulec.syntax.parse import parse
from rulec.syntax.tree import Expr
from rulec.syntax.unparse import unparse

COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def parsed(text: str) -> Expr:
    expr, found = parse(Excerpt(Source("a", text), text, range(len(text) + 1)))
    assert expr is not None, (text, [str(finding) for finding in found])
    return expr


def formatted(toml: str) -> str:
    document = Document.parse(Source("a.toml", toml))
    assert isinstance(document, Document), toml
    text, findings = format_document(document)
    assert findings == []
    return text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a.b()&&a.c(1)", "a.b() && a.c(1)"),
        ("  a . b ==3||! a.c ( )", "a.b == 3 || !a.c()"),
        ("a.b in[1,2 ,3,]", "a.b in [1, 2, 3]"),
        ("a.b   not   in  []", "a.b not in []"),
        ("a.b in 1 ..3 && a.b in ..=4", "a.b in 1..3 && a.b in ..=4"),
        ("a.b in 5 .. || true", "a.b in 5.. || true"),
        ("! ( ( a.b( ) ) )", "!((a.b()))"),
        ("a.b==1/*one*/&&true", "a.b == 1 /*one*/ && true"),
        ("a.b == 'x'", "a.b == 'x'"),
        ("a.b under'x/y'&&a.b not  under[ '' ]", "a.b under 'x/y' && a.b not under ['']"),
        ("! has ( a.b )||named", "!has(a.b) || named"),
        (
            "rollout( 12.5% ,by:a.b,salt :'g20')",
            "rollout(12.5%, by: a.b, salt: 'g20')",
        ),
        (
            "a.t in 2026-01-01T00:00:00Z ..2026-02-01T00:00:00+08:00",
            "a.t in 2026-01-01T00:00:00Z..2026-02-01T00:00:00+08:00",
        ),
        ("a.b . startsWith('x')", "a.b.startsWith('x')"),
        ("a.containsAny( [1,2] )", "a.containsAny([1, 2])"),
    ],
)
def test_one_line(before: str, after: str) -> None:
    assert formatted(f'identity = "{before}"') == f'identity = "{after}"'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (r'''identity = "a.b == \"x\"&&a.c()"''', r'''identity = "a.b == \"x\" && a.c()"'''),
        (r'''identity = "a.b=='\u4e2d'"''', r'''identity = "a.b == '\u4e2d'"'''),
        ("""identity = '''a.b == 'x' '''""", """identity = '''a.b == "x"'''"""),
        ("""identity = '''a.b in['x"y']'''""", """identity = '''a.b in ['x"y']'''"""),
        (
            "identity = '''\na.b()\n   && a.c()\n'''  # why\n",
            "identity = '''\n    a.b() && a.c()\n'''  # why\n",
        ),
        ('identity = """\\\n  a.b() \\\n  && a.c()"""', 'identity = """a.b() && a.c()"""'),
        ('x = 1\r\nidentity = """\r\na.b()"""', 'x = 1\r\nidentity = """\r\n    a.b()\r\n"""'),
        ('identity = "a.b() // why\\n&&true"', 'identity = "a.b() // why\\n&& true"'),
    ],
)
def test_in_every_kind_of_string(before: str, after: str) -> None:
    assert formatted(before) == after


LONG = """\
identity = '''
seller.isTMSeller() && (item.contains(1) // the first
|| item.contains(22222) && item.contains(33333) && item.contains(44444) && item.contains(55555)
|| place.city in ["one long name", "another long name", "a third long name", "a fourth long name"])
// and
&& !(seller.isOverseas())
'''
"""
BROKEN = """\
identity = '''
    seller.isTMSeller()
    && (
        item.contains(1) // the first
        || item.contains(22222)
            && item.contains(33333)
            && item.contains(44444)
            && item.contains(55555)
        || place.city in [
            "one long name", "another long name", "a third long name",
            "a fourth long name"
        ]
    )
    // and
    && !(seller.isOverseas())
'''
"""


def test_lines() -> None:
    assert formatted(LONG) == BROKEN
    assert formatted(BROKEN) == BROKEN


def test_what_does_not_parse_stays() -> None:
    text = 'identity = "a.b( && "\n[[business]]\nidentity = "a.b()&&true"\n'
    document = Document.parse(Source("a.toml", text))
    assert isinstance(document, Document)
    after, findings = format_document(document)
    assert after == text.replace("a.b()&&true", "a.b() && true")
    assert [finding.code for finding in findings] == ["SYN001"]


def test_where_conditions_stand() -> None:
    text = (
        'name = "a.b"\n[define]\nx = "a.b()"\n[[assume]]\nimplies = ["a.b()", "a.c()"]\n'
        '[[product]]\ncondition = "a.b()"\nowner = "a"\n'
    )
    document = Document.parse(Source("a.toml", text))
    assert isinstance(document, Document)
    assert list(condition_keys(document)) == [
        ("product", 0, "condition"),
        ("define", "x"),
        ("assume", 0, "implies", 0),
        ("assume", 0, "implies", 1),
    ]


@st.composite
def texts(draw: st.DrawFn) -> str:
    facts = [draw(declared(f"e{n % 2}.f{n}")) for n in range(4)]
    return draw(conditions(facts, ["named", "d0"]))


GAPS = st.sampled_from(("", " ", "  ", "\n", "\n\n", " // why\n", "/* so */", "\n// above\n", "\t"))


@st.composite
def spaced(draw: st.DrawFn) -> str:
    """A condition with other white space and comments between its tokens."""
    text = draw(texts())
    pieces = re.findall(r'"(?:[^"\\]|\\.)*"|\w+|&&|\|\||[=!<>]=|\.\.=|\.\.|.', text)
    parts = []
    for piece in pieces:
        gap = draw(GAPS) if piece == " " or piece in ("&&", "||", "(", ",") else ""
        parts.append((piece if piece != " " else "") + (gap or (" " if piece == " " else "")))
    return "".join(parts) + draw(GAPS)


@pytest.mark.parametrize(
    "text",
    [
        'a.b under "x/y"',
        'a.b not under ["x", ""]',
        '!(a.b under "x")',
        "!has(a.b) && named",
        'rollout(12.5%, by: a.b, salt: "g\\"20")',
        "a.t in 2026-01-01T00:00:00.5Z..",
        'a.b.includes("\\u{1}中") || a.containsAll([1, 2])',
        "(true || false) && !!(true && false) && (true && a.b())",
        "true || (false || true)",
    ],
)
def test_unparse_writes_what_was_written(text: str) -> None:
    assert unparse(parsed(text)) == text


@given(texts())
def test_unparse_gives_the_tree_back(text: str) -> None:
    tree = parsed(text)
    assert without_spans(parsed(unparse(tree))) == without_spans(tree)


def without_spans(tree: object) -> str:
    return re.sub(r"Span\(start=\d+, end=\d+\)", "", repr(tree))


@given(spaced(), st.sampled_from(("'''", '"""', '"')))
def test_formatting_keeps_meaning_and_comments(text: str, quotes: str) -> None:
    body = text
    if quotes != "'''":
        body = text.replace("\\", "\\\\").replace('"', '\\"')
    if quotes == '"':
        body = body.replace("\n", "\\n").replace("\t", "\\t")
    toml = f"# first\nx = [1,2]  # odd\n identity= {quotes}{body}{quotes} # last\n[a]\ny  = 2\n"
    once = formatted(toml)
    assert formatted(once) == once
    after = tomllib.loads(once)["identity"]
    assert without_spans(parsed(after)) == without_spans(parsed(text))
    assert [c.rstrip() for c in COMMENT.findall(after)] == [
        c.rstrip() for c in COMMENT.findall(text)
    ]
    head, tail = toml.index(quotes), len(toml) - toml.rindex(quotes)
    assert once[:head] == toml[:head]
    assert once[-tail:] == toml[-tail:]
