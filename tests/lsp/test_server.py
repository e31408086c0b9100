"""The server as a process: what an editor says and hears, over JSON-RPC on stdin and stdout."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from lsp.client import WAIT, Client, place, range_of
from lsp.test_desk import SHOP

B = SHOP["businesses/b.toml"]
OPTIONS = {"tabSize": 4, "insertSpaces": True}
LINE = 3
"""The line of the identity in `B`."""


def made(root: Path) -> Path:
    for name, text in SHOP.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One server for the whole module; every test opens a rule set of its own."""
    with Client(folder=tmp_path_factory.mktemp("workspace")) as client:
        item = {"completionItem": {"snippetSupport": True}}
        watched = {"didChangeWatchedFiles": {"dynamicRegistration": True}}
        capabilities = client.initialize(
            capabilities={"textDocument": {"completion": item}, "workspace": watched},
            initializationOptions={"docs": "https://docs.example/{code}"},
        )
        assert capabilities["textDocumentSync"]["change"] == 2
        assert capabilities["positionEncoding"] == "utf-16"
        yield client
        assert client.leave() == 0
        assert "internal error" not in client.stderr.decode()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return made(tmp_path)


def codes(findings: list[dict[str, Any]]) -> list[str]:
    return [finding["code"] for finding in findings]


def test_findings_come_and_go_while_typing(client: Client, shop: Path) -> None:
    uri = client.open(shop / "businesses/b.toml")
    (tie,) = [one for one in client.findings(uri, 1) if one["code"] == "LOG310"]
    assert tie["severity"] == 1
    assert tie["codeDescription"] == {"href": "https://docs.example/LOG310"}
    (related,) = tie["relatedInformation"]
    assert related["location"]["uri"] == (shop / "businesses/a.toml").as_uri()
    end = (LINE, B.splitlines()[LINE].rindex("'"))
    client.change(uri, 2, (end, end, " && seller.name == '"))
    assert "SYN009" in codes(client.findings(uri, 2))
    broken_end = (LINE, end[1] + len(" && seller.name == '"))
    client.change(uri, 3, (end, broken_end, ""), ((0, 0), (0, 0), "rank = 7\n"))
    assert "LOG310" not in codes(client.findings(uri, 3))
    client.change(uri, 4, ((0, 0), (1, 0), ""))
    assert "LOG310" in codes(client.findings(uri, 4))
    client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert client.findings(uri) == []


def test_a_storm_of_edits_ends_with_the_last(client: Client, shop: Path) -> None:
    """Letter by letter, through texts without meaning; what is published last is of the last."""
    uri = client.open(shop / "businesses/b.toml")
    typed = " && seller.leve == 3 \N{GRINNING FACE}"
    column = B.splitlines()[LINE].rindex("'")
    n_units = 0
    for version, letter in enumerate(typed, 2):
        at = (LINE, column + n_units)
        client.change(uri, version, (at, at, letter))
        n_units += len(letter.encode("utf-16-le")) // 2
    found = client.findings(uri, 1 + len(typed))
    assert "SYN001" in codes(found)
    start, end = (LINE, column + n_units - 3), (LINE, column + n_units)
    client.change(uri, 100, (start, end, ""))
    (unknown,) = client.findings(uri, 100)
    assert unknown["code"] == "VOC101"
    begin = column + typed.index("leve")
    assert unknown["range"] == range_of((LINE, begin), (LINE, begin + 4))
    versions = [
        note["params"].get("version")
        for note in client.notes
        if note.get("method") == "textDocument/publishDiagnostics" and note["params"]["uri"] == uri
    ]
    assert len(versions) < len(typed) / 2, "every letter was looked at"


def test_answers_about_one_file(client: Client, shop: Path) -> None:
    path = shop / "businesses/b.toml"
    spaced = B.replace("seller.level >= 5", "seller.level>=5&&seller.")
    uri = client.open(path, spaced)
    client.findings(uri, 1)
    document = {"textDocument": {"uri": uri}}
    line = spaced.splitlines()[LINE]
    here = {**document, "position": place(LINE, line.rindex("'"))}
    items = client.ask("textDocument/completion", here)["items"]
    assert [item["label"] for item in items] == ["isTMSeller()", "level", "name"]
    client.change(uri, 2, B.replace(" >= ", ">="))
    here = {**document, "position": place(LINE, line.index("level") + 1)}
    assert "`0..=9`" in client.ask("textDocument/hover", here)["contents"]["value"]
    defined = client.ask("textDocument/definition", here)
    assert defined["uri"] == (shop / "vocabulary.toml").as_uri()
    context = {"context": {"includeDeclaration": True}}
    assert len(client.ask("textDocument/references", {**here, **context})) == 3
    client.findings(uri, 2)
    assert len(client.ask("textDocument/documentHighlight", here)) == 1
    (symbol,) = client.ask("textDocument/documentSymbol", document)
    assert (symbol["name"], symbol["children"][0]["name"]) == ("b", "P")
    names = [one["name"] for one in client.ask("workspace/symbol", {"query": "LEV"})]
    assert "seller.level" in names
    (edit,) = client.ask("textDocument/formatting", {**document, "options": OPTIONS})
    assert edit["newText"] == "'seller.level >= 5'"
    elsewhere = {**document, "range": range_of((0, 0), (1, 0)), "options": OPTIONS}
    assert client.ask("textDocument/rangeFormatting", elsewhere) == []


def test_a_rename_is_one_edit_of_many_files(client: Client, shop: Path) -> None:
    uri = client.open(shop / "businesses/b.toml")
    client.findings(uri, 1)
    column = B.splitlines()[LINE].index("level")
    here = {"textDocument": {"uri": uri}, "position": place(LINE, column + 2)}
    range_ = range_of((LINE, column), (LINE, column + len("level")))
    assert client.ask("textDocument/prepareRename", here) == range_
    changes = client.ask("textDocument/rename", {**here, "newName": "stars"})["changes"]
    files = ("businesses/a.toml", "businesses/b.toml", "vocabulary.toml")
    assert sorted(changes) == [(shop / file).as_uri() for file in files]
    assert changes[uri] == [{"range": range_, "newText": "stars"}]
    with pytest.raises(RuntimeError, match="there already"):
        client.ask("textDocument/rename", {**here, "newName": "name"})


def test_fixes_and_overrides_are_actions(client: Client, shop: Path) -> None:
    uri = client.open(shop / "businesses/b.toml", B.replace(">= 5'", "= 5 && seller.leve > 1'"))
    (finding,) = client.findings(uri, 1)
    asked = {
        "textDocument": {"uri": uri},
        "range": finding["range"],
        "context": {"diagnostics": [finding]},
    }
    (action,) = client.ask("textDocument/codeAction", asked)
    assert (action["title"], action["isPreferred"]) == ("Write `==`", True)
    (edit,) = action["edit"]["changes"][uri]
    assert edit["newText"] == "=="
    asked["context"]["only"] = ["source.fixAll"]
    (all_of_them,) = client.ask("textDocument/codeAction", asked)
    assert all_of_them["kind"] == "source.fixAll.rulec"
    (edit,) = all_of_them["edit"]["changes"][uri]
    assert edit["newText"] == "="
    client.change(uri, 2, B.replace(">= 5'", "== 5 && seller.leve > 1'"))
    (finding,) = client.findings(uri, 2)
    asked = {**asked, "range": finding["range"], "context": {"diagnostics": []}}
    (action,) = client.ask("textDocument/codeAction", asked)
    assert "unsafe" in action["title"]
    assert not action["isPreferred"]
    client.change(uri, 3, B)
    tie = next(one for one in client.findings(uri, 3) if one["code"] == "LOG310")
    actions = client.ask("textDocument/codeAction", {**asked, "range": tie["range"]})
    titles = [one["title"] for one in actions]
    settling = [f'Settle it: in `{one}`: overrides = ["{two}"]' for one, two in ("ab", "ba")]
    assert set(settling) <= set(titles)
    assert not any(one["isPreferred"] for one in actions)
    override = next(one for one in actions if "`b`: overrides" in one["title"])
    (edit,) = override["edit"]["changes"][uri]
    at = edit["range"]["start"]
    assert edit["range"] == {"start": at, "end": at}
    client.change(uri, 4, ((at["line"], at["character"]),) * 2 + (edit["newText"],))
    assert "LOG310" not in codes(client.findings(uri, 4))


def test_files_that_change_beside_the_editor(client: Client, shop: Path) -> None:
    registered = [
        note for note in client.notes if note.get("method") == "client/registerCapability"
    ]
    (registration,) = registered[0]["params"]["registrations"]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    uri = client.open(shop / "businesses/b.toml")
    assert "LOG310" in codes(client.findings(uri, 1))
    other = shop / "businesses/a.toml"
    other.write_text(SHOP["businesses/a.toml"] + "x = 1\n", encoding="utf-8")
    change = {"uri": other.as_uri(), "type": 2}
    client.tell("workspace/didChangeWatchedFiles", {"changes": [change]})
    assert codes(client.findings(other.as_uri())) == ["SYN009"]
    assert client.findings(uri, 1) == []


def test_files_of_no_rule_set_are_silent(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    uri = client.open(path, "code = ")
    document = {"textDocument": {"uri": uri}, "position": place(0, 3)}
    assert client.ask("textDocument/hover", document) is None
    assert client.ask("textDocument/completion", document) is None
    assert client.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}}) is None
    notes = [note for note in client.notes if note.get("params", {}).get("uri") == uri]
    assert notes == []


def test_a_wrong_client_harms_nobody(client: Client, shop: Path) -> None:
    """No JSON, no message, wrong shapes, unknown methods and texts: answers still come."""
    for body in (b"{", b"[]", b"3", b'"x"', b"[" * 50_000, b"\xff", b'{"jsonrpc": "1.0"}'):
        client.write_bytes(body)
    client.write({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"a": 1}})
    client.write({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": None})
    client.tell("unknown/notification", {})
    client.tell("$/cancelRequest", {"id": 99_999})
    client.change("file:///nobody.toml", 3, "x")
    client.tell("textDocument/didClose", {"textDocument": {"uri": "untitled:1"}})
    with pytest.raises(RuntimeError):
        client.ask("unknown/request", {})
    with pytest.raises(RuntimeError):
        client.ask("textDocument/hover", {"position": 3})
    uri = client.open(shop / "businesses/b.toml")
    far = {"textDocument": {"uri": uri}, "position": place(10**6, 10**6)}
    client.findings(uri, 1)
    assert client.ask("textDocument/hover", far) is None
    client.change(uri, 2, ((9**9, 0), (0, 0), ""), ((0, 9**9), (0, 0), ""))
    assert "LOG310" in codes(client.findings(uri, 2))


def test_a_baseline_that_is_none_is_said_once(client: Client, shop: Path) -> None:
    (shop / "rulec.toml").write_text("baseline = 'known.json'", encoding="utf-8")
    (shop / "known.json").write_text("[]", encoding="utf-8")
    uri = client.open(shop / "businesses/b.toml")
    said = client.wait_for(lambda message: message.get("method") == "window/showMessage")
    while "known.json" not in said["params"]["message"]:
        said = client.wait_for(lambda message: message.get("method") == "window/showMessage")
    config = client.open(shop / "rulec.toml", "")
    assert "LOG310" in codes(client.findings(uri, 1))
    assert config.endswith("rulec.toml")


def test_leaving_without_a_word_and_in_the_middle(tmp_path: Path) -> None:
    """`exit` without `shutdown` is 1; a proof that is running holds nobody up."""
    made(tmp_path)
    with Client(folder=tmp_path) as client:
        general = {"general": {"positionEncodings": ["utf-32", "utf-8"]}}
        assert client.initialize(capabilities=general)["positionEncoding"] == "utf-32"
        client.open(tmp_path / "businesses/b.toml")
        client.tell("exit")
        assert client.process.wait(WAIT) == 1


def test_without_pygls_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith(("pygls.", "rulec.lsp.server", "rulec.cli.lsp")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pygls", None)
    with pytest.raises(click.ClickException, match=r"pip install 'rulec\[lsp\]'"):
        importlib.import_module("rulec.cli.lsp")
