"""Findings as JUnit: what XML cannot hold."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from rulec.diagnostic import Diagnostic
from rulec.render.junit import render_junit


@given(st.text(st.characters(), min_size=1), st.booleans())
def test_any_text_is_xml(text: str, is_failure: bool) -> None:
    finding = Diagnostic("SYN009", text, None, text, text)
    out = render_junit([finding], lambda _: is_failure)
    out.encode("utf-8")
    (case,) = fromstring(out).iter("testcase")
    assert [child.tag for child in case] == ["failure" if is_failure else "skipped"]


def test_noncharacters_are_spelt_out() -> None:
    out = render_junit([Diagnostic("SYN009", "\uffff<&", None)], lambda _: True)
    failure = fromstring(out).find(".//failure")
    assert failure is not None
    assert failure.get("message") == "error: <U+FFFF><&"
