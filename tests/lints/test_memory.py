"""What a lint makes is gone with its report: nothing of it stands in cycles."""

from __future__ import annotations

import gc
import weakref
from datetime import date
from pathlib import Path

from lints.shop import SEVERAL, shop

from rulec.lints.engine import inspect


def test_a_report_leaves_nothing_for_the_collector(tmp_path: Path) -> None:
    tied = SEVERAL.replace("rank = 1", "rank = 2").replace("item.level == 1", "item.isNew()")
    report = inspect(shop(tmp_path, {"businesses/b.toml": tied}), as_of=date(2026, 1, 1))
    proofs = report.subject.proofs
    assert proofs is not None
    assert report.subject.ties
    parts = [report.subject, proofs, proofs.analysis, proofs.analysis.overlay]
    parts += [proofs.analysis.world, *report.subject.documents.values()]
    left = [weakref.ref(part) for part in parts]
    gc.disable()
    try:
        del report, proofs, parts
        assert [one() for one in left if one() is not None] == []
    finally:
        gc.enable()
