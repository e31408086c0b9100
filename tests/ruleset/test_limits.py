"""Rule files at their limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulec.driver import compile_folder
from rulec.limits import MAX_ENTITIES


@pytest.mark.parametrize("n_entities", [MAX_ENTITIES, MAX_ENTITIES + 1])
def test_a_vocabulary_holds_so_many_entities(n_entities: int, tmp_path: Path) -> None:
    lines = [
        f'[entity.e{number}]\nkind = "context"\n[entity.e{number}.facts]\nf = {{ type = "flag" }}\n'
        for number in range(n_entities)
    ]
    (tmp_path / "vocabulary.toml").write_text("".join(lines), "utf-8")
    (tmp_path / "platform.toml").write_text(
        '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "a.p"\ndefault = "none"\n', "utf-8"
    )
    (tmp_path / "businesses").mkdir()
    last = min(n_entities, MAX_ENTITIES) - 1
    (tmp_path / "businesses" / "b.toml").write_text(
        f'code = "b"\nowner = "o"\nkpi = "k"\nidentity = "e0.f() && e{last}.f()"\n'
        '[[bind]]\npoint = "a.p"\nimplementation = "B"\nmode = "python"\n',
        "utf-8",
    )
    compiled = compile_folder(tmp_path)
    codes = [finding.code for finding in compiled.findings]
    if n_entities > MAX_ENTITIES:
        assert codes == ["SYN007"]
        assert f"entity.e{MAX_ENTITIES}" in (tmp_path / "vocabulary.toml").read_text("utf-8")
    else:
        assert codes == []
        assert compiled.artifact is not None
