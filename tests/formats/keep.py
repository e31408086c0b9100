"""The kept file of a format version, with what it must decide: made once, read for ever.

    RULEC_UPDATE=1 pytest tests/formats

makes the folder of this build's version anew: program.rulec from rules/, and expected.json, whose
answers are the oracle's. While `is_frozen` is false there, a layout may still change under its
version, and whoever changes it runs that. A release turns it to true, by hand, once: from then on
nothing is written, and a change of the layout takes a new version and a folder of its own.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from roads import Answer, Road

from rulec_runtime.format import VERSION

__all__ = ["FOLDER", "OWN", "answer_of", "expected", "is_frozen", "keep"]

FOLDER: Final = Path(__file__).parent
OWN: Final = FOLDER / f"v{VERSION}"
"""The folder of the version that this build writes."""
N_REQUESTS: Final = 160
SCENARIOS: Final = (None, "web", "phone")
TIMES: Final = ("2025-07-01T12:00:00Z", "2026-01-01T00:00:00Z", "2026-08-31T21:59:59.999999Z")


def expected(folder: Path) -> dict[str, Any]:
    """What is kept beside a program."""
    kept: dict[str, Any] = json.loads((folder / "expected.json").read_text("utf-8"))
    return kept


def is_frozen(folder: Path) -> bool:
    """Whether a version's file was released, so that it never changes again."""
    return (folder / "expected.json").exists() and expected(folder)["is_frozen"] is True


def answer_of(answer: Answer) -> dict[str, Any]:
    """An answer as JSON has it."""
    decisions = {
        point: [
            [
                win.code,
                win.reason,
                win.blocked_by,
                None if win.implementation is None else win.implementation.name,
                None if win.implementation is None else win.implementation.mode,
                None if win.implementation is None else _plain(win.implementation.config),
            ]
            for win in wins
        ]
        for point, wins in answer.all.items()
    }
    return {"identity": answer.identity, "codes": list(answer.codes), "decisions": decisions}


def _plain(config: Mapping[str, object] | None) -> Any:
    return None if config is None else json.loads(json.dumps(config))


def keep() -> None:
    """Make the folder of this build's version anew; `RuntimeError` where it is frozen."""
    if is_frozen(OWN):
        raise RuntimeError(f"format {VERSION} is frozen: a new layout takes a new version")
    if not OWN.exists():
        latest = max(FOLDER.glob("v*"), key=lambda folder: int(folder.name[1:]))
        shutil.copytree(latest / "rules", OWN / "rules")
    road = Road(OWN / "rules")
    draw = random.Random(VERSION)
    asked: list[dict[str, Any]] = []
    while len(asked) < N_REQUESTS:
        facts = _request(draw)
        scenario, as_of = draw.choice(SCENARIOS), draw.choice(TIMES)
        if not road.is_refused(facts):
            answer = road.ask(facts, scenario, as_of)
            asked.append(
                {"facts": facts, "scenario": scenario, "as_of": as_of, **answer_of(answer)}
            )
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in asked)
    head = f'{{"format": {VERSION}, "is_frozen": false, "asked": [\n'
    (OWN / "expected.json").write_text(f"{head}{lines}\n]}}\n", "utf-8")
    (OWN / "program.rulec").write_bytes(road.artifact)


def _request(draw: random.Random) -> dict[str, Any]:
    """A request that says something of every fact, likely enough what some rule asks."""
    some = draw.sample
    level = draw.randrange(8)
    facts: dict[str, Any] = {
        "buyer": {
            "level": level,
            "isVip": level >= 3 and draw.random() < 0.5,
            "groups": some(["chess", "go", "tennis"], draw.randrange(3)),
        },
        "seller": {
            "kind": draw.choice(["shop", "maker", "maker", "trader"]),
            "marks": ["m"] if draw.random() < 0.7 else [],
        },
        "item": {
            "tags": some([1, 2, 3, 5, 13, 77, 99], draw.randrange(5)),
            "price": draw.choice(["0.00", "4.99", "5.00", "99.99", "100.00", "2000.00"]),
            "category": draw.choice(["", "home", "home/glass", "home/glass/vases", "toys"]),
        },
        "place": {
            "province": draw.choice(["a", "b", "c", "浙江"]),
            "zones": ["z"] if draw.random() < 0.7 else [],
        },
        "order": {
            "amount": draw.randrange(5),
            "notes": ["n", "x"] if draw.random() < 0.7 else ["x"],
        },
    }
    if draw.random() < 0.9:
        facts["buyer"]["id"] = draw.randrange(1000)
    if draw.random() < 0.6:
        facts["seller"]["name"] = draw.choice(["north", "northshop", "a shop", "söster", "Öst"])
    if draw.random() < 0.8:
        facts["order"]["at"] = draw.choice(TIMES)
    return facts
