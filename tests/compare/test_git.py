"""Revisions, read from repositories made for the purpose."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from compare.shop import SALE, VIP, files
from roads import write_ruleset

from rulec.compare.git import GitError, extract, find_revision
from rulec.compare.versions import Options, VersionError, open_revision, open_version


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, "-C", str(folder), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose folder `rules/shop` has two revisions, `v1` and `v2`."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "--quiet", "--initial-branch", "main")
    shop = root / "rules/shop"
    write_ruleset(shop, files(VIP))
    (shop / "README.md").write_text("v1 $Format:%H$\n")
    (root / ".gitattributes").write_text("*.toml export-ignore\n*.md export-subst\n")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "one")
    git(root, "tag", "v1")
    write_ruleset(shop, files(VIP, SALE))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "two")
    git(root, "tag", "v2")
    return root


def codes(folder: Path, revision: str) -> list[str]:
    found = open_revision(folder, revision, Options())
    return [one.code for one in found.checked.ruleset.definitions]


def test_a_folder_at_a_revision(repository: Path, tmp_path: Path) -> None:
    shop = repository / "rules/shop"
    assert codes(shop, "v1") == ["vip"]
    assert codes(shop, "HEAD") == ["vip", "sale"]
    named = open_version(f"{shop}@HEAD~1", Options())
    assert named.shown == f"{shop}@HEAD~1"
    assert not named.is_tried
    root = extract(find_revision(shop, "v1"), tmp_path)
    # No attribute has a say, and what is no file of a rule set stays where it is.
    kept = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    assert kept == ["businesses/all.toml", "platform.toml", "vocabulary.toml"]


def test_a_folder_that_is_gone_meanwhile(repository: Path) -> None:
    git(repository, "rm", "-r", "--quiet", "rules")
    assert codes(repository / "rules/shop", "v1") == ["vip"]


def test_the_top_of_a_repository(tmp_path: Path) -> None:
    root = write_ruleset(tmp_path / "top", files(VIP))
    git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "one")
    assert codes(root, "HEAD") == ["vip"]


def test_inside_a_hook_of_another_repository(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "nothing"))
    assert codes(repository / "rules/shop", "v1") == ["vip"]


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("v9", "no revision `v9`"),
        ("--output=x", "no revision `--output=x`"),
        ("v1..v2", "no revision `v1..v2`"),
        ("HEAD:rules", "no revision `HEAD:rules`"),
        ("$(touch hacked)", "no revision"),
        ("a\nb", "no revision has such a name"),
        ("a\0b", "no revision has such a name"),
        ("", "an empty revision"),
    ],
)
def test_no_such_revision(repository: Path, revision: str, said: str) -> None:
    with pytest.raises(VersionError, match=r"no revision|an empty") as raised:
        open_revision(repository / "rules/shop", revision, Options())
    assert said in str(raised.value)
    assert not list(repository.rglob("hacked"))


def test_no_rule_set_there(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(GitError, match="no folder at"):
        extract(find_revision(repository / "rules/none", "v1"), tmp_path)
    with pytest.raises(GitError, match=r"holds no vocabulary\.toml"):
        extract(find_revision(repository / "rules", "v1"), tmp_path)
    with pytest.raises(GitError, match="leaves a folder that is not there"):
        find_revision(repository / "none/../../outside", "v1")


def test_no_repository(tmp_path: Path, repository: Path) -> None:
    with pytest.raises(GitError, match="not a git repository"):
        find_revision(write_ruleset(tmp_path / "alone", files(VIP)), "HEAD")
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), "bare.git")
    with pytest.raises(GitError, match="a bare repository has no folders"):
        find_revision(tmp_path / "bare.git", "HEAD")


def test_links_and_strange_names_are_left_out(repository: Path, tmp_path: Path) -> None:
    shop = repository / "rules/shop"
    secret = tmp_path / "secret.toml"
    secret.write_text("secret = 1\n")
    (shop / "businesses/link.toml").symlink_to(secret)
    (shop / "businesses/.hidden.toml").write_text("x = 1\n")
    (shop / 'businesses/a b\tc\n".toml').write_text(
        SALE.replace("sale", "odd").replace("rank = 2", "rank = 0")
    )
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "strange")
    assert codes(shop, "HEAD") == ["odd", "vip", "sale"]


def test_a_tree_that_climbs_out_is_not_followed(repository: Path, tmp_path: Path) -> None:
    blob = git(repository, "rev-parse", "v1:rules/shop/platform.toml")
    vocabulary = git(repository, "rev-parse", "v1:rules/shop/vocabulary.toml")
    entries = [
        ("100644", "blob", blob, "..evil.toml"),
        ("100644", "blob", vocabulary, "vocabulary.toml"),
    ]

    def tree(rows: list[tuple[str, str, str, str]]) -> str:
        lines = "".join(f"{mode} {kind} {name}\t{path}\n" for mode, kind, name, path in rows)
        done = subprocess.run(
            ["git", "-C", str(repository), "mktree"],
            input=lines, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    inner = tree([("100644", "blob", blob, "x.toml")])
    above = tree([("040000", "tree", inner, "..")])
    top = tree([*entries, ("040000", "tree", above, "businesses")])
    commit = git(repository, "commit-tree", top, "-m", "evil")
    root = extract(find_revision(repository, commit), tmp_path)
    kept = [path.relative_to(tmp_path).parts[1:] for path in tmp_path.rglob("*.toml")]
    assert ("vocabulary.toml",) in kept
    assert not any("x.toml" in parts for parts in kept)
    assert not (root.parent / "x.toml").exists()


def test_objects_that_are_missing(repository: Path, tmp_path: Path) -> None:
    blob = git(repository, "rev-parse", "v1:rules/shop/platform.toml")
    (repository / ".git/objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(GitError, match="the repository does not hold it"):
        extract(find_revision(repository / "rules/shop", "v1"), tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    root = write_ruleset(tmp_path / "shop", files(VIP))
    (root / "platform.toml").chmod(0)
    with pytest.raises(PermissionError):
        open_version(str(root), Options())
