"""Which files are read, under which names, and what cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.limits import MAX_FILE_BYTES
from rulec.ruleset.discover import RuleSetNotFound, discover, find_root, read_document


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    for name in (
        "vocabulary.toml",
        "platform.toml",
        "businesses/b.toml",
        "businesses/a.toml",
        "businesses/north/c.toml",
        "products/p.toml",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return root


def test_files_by_path(shop: Path) -> None:
    files, findings = discover(shop)
    assert findings == []
    names = [path.relative_to(shop).as_posix() for path in files.businesses]
    assert names == ["businesses/a.toml", "businesses/b.toml", "businesses/north/c.toml"]
    assert [path.name for path in files.products] == ["p.toml"]
    assert files.columns is None


def test_paths_are_shown_from_here_or_from_beside(
    shop: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = shop / "businesses/a.toml"
    monkeypatch.chdir(shop.parent)
    assert discover(Path("shop"))[0].shown(path) == "shop/businesses/a.toml"
    monkeypatch.chdir(shop)
    assert discover(Path())[0].shown(path) == "businesses/a.toml"
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert discover(shop)[0].shown(path) == "shop/businesses/a.toml"


def test_a_current_folder_that_is_gone(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = shop.parent / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert discover(shop)[0].shown(shop / "platform.toml") == "shop/platform.toml"


def test_root_is_the_nearest_folder_with_a_vocabulary(shop: Path) -> None:
    assert find_root(shop / "businesses/north") == shop
    assert find_root(shop / "businesses/a.toml") == shop
    with pytest.raises(RuleSetNotFound, match="no rule set: no folder at or above it"):
        find_root(shop.parent)


@pytest.mark.parametrize("name", ["absent", "shop/platform.toml", "shop/businesses"])
def test_no_rule_set(shop: Path, name: str) -> None:
    with pytest.raises(RuleSetNotFound, match="no rule set") as caught:
        discover(shop.parent / name)
    assert isinstance(caught.value, OSError)
    assert caught.value.filename == str(shop.parent / name)


def test_linked_folders_are_not_entered(shop: Path) -> None:
    (shop / "businesses/loop").symlink_to(shop / "businesses", target_is_directory=True)
    assert len(discover(shop)[0].businesses) == 3


def test_linked_files_are_read(shop: Path) -> None:
    (shop / "businesses/d.toml").symlink_to(shop / "businesses/a.toml")
    files, _ = discover(shop)
    assert isinstance(read_document(files.businesses[2], "d.toml"), Document)


def test_files_that_cannot_be_read(shop: Path) -> None:
    link = shop / "businesses/loop.toml"
    link.symlink_to(link)
    pipe = shop / "businesses/pipe.toml"
    os.mkfifo(pipe)
    folder = shop / "businesses/folder.toml"
    folder.mkdir()
    for path in (link, pipe, folder, shop / "absent.toml"):
        with pytest.raises(OSError, match=path.name):
            read_document(path, "shown.toml")


def test_a_loop_of_links_is_no_root(shop: Path) -> None:
    loop = shop.parent / "loop"
    loop.symlink_to(loop)
    with pytest.raises(RuleSetNotFound):
        discover(loop)
    with pytest.raises(OSError, match="loop"):
        find_root(loop)


def test_no_more_is_read_than_the_limit(shop: Path) -> None:
    path = shop / "businesses/huge.toml"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES * 1000)
    finding = read_document(path, "huge.toml")
    assert isinstance(finding, Diagnostic)
    assert finding.code == "SYN007"


def test_names_that_are_no_unicode(shop: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(shop / "businesses") + b"/\xff.toml"))
    path.write_text("code = ")
    files, _ = discover(shop)
    finding = read_document(files.businesses[-1], files.shown(files.businesses[-1]))
    assert isinstance(finding, Diagnostic)
    assert finding.path.endswith("\udcff.toml")
