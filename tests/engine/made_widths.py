"""Worlds as wide as the engine's structures have seams: words, blocks, steps, inline checks.

In: a number of entities, a seed. Out: the files of a rule set, and requests for it.

    positions of an entity     more than 64 and than 512: words and blocks of its signature
    flat terms                 more than 512: blocks of their rows
    named tags                 more than 256; the sets requests give go beyond 2,000
    classes of a scalar        more than 300: steps of 16 on three levels
    checks of a term           as many as there are other entities: beyond those that stand in it
"""

from __future__ import annotations

import random
from typing import Any

N_TAGS = 320
TOP_PRICE = 700
N_POINTS = 12
_KINDS = ("tag", "price", "not", "span", "either", "far")


def wide_rules(n_entities: int, n_definitions: int) -> dict[str, str]:
    """Definitions of six kinds in turn, half of them products, none of equal rank."""
    chance = random.Random(n_entities)
    files = {"vocabulary.toml": _vocabulary(n_entities), "platform.toml": _platform()}
    ranks = chance.sample(range(1, 10 * n_definitions), n_definitions)
    for number, rank in enumerate(ranks):
        condition = _condition(chance, n_entities, number)
        is_product = chance.random() < 0.5
        key = "condition" if is_product else "identity"
        text = f'code = "d{number}"\nowner = "o"\nrank = {rank}\n{key} = \'{condition}\'\n'
        if is_product:
            text += 'scope = "all"\n'
        text += f'[[bind]]\npoint = "p{number % N_POINTS}"\nimplementation = "i{number}"\n'
        files[f"{'products' if is_product else 'businesses'}/d{number}.toml"] = text
    return files


def _vocabulary(n_entities: int) -> str:
    text = '[entity.e0]\nkind = "commodity"\ncontains = "tags"\n[entity.e0.facts]\n'
    text += 'tags = { type = "tags<int>" }\n'
    for number in range(n_entities):
        if number:
            text += f'[entity.e{number}]\nkind = "context"\n[entity.e{number}.facts]\n'
        text += 'on = { type = "flag" }\n'
        text += f'price = {{ type = "int", min = 0, max = {TOP_PRICE}, optional = true }}\n'
    return text


def _platform() -> str:
    text = '[[ability]]\ncode = "a"\n'
    for number in range(N_POINTS):
        text += f'[[ability.point]]\ncode = "p{number}"\ndefault = {{ implementation = "d" }}\n'
    return text


def _condition(chance: random.Random, n_entities: int, number: int) -> str:
    """A condition of one kind on the first entity, and one on each of some, or all, others."""
    kind = _KINDS[number % len(_KINDS)]
    n_others = n_entities - 1 if kind == "far" else min(n_entities - 1, chance.randrange(3))
    others = chance.sample(range(1, n_entities), n_others)
    return " && ".join([_of_first(chance, kind, number), *(_of(chance, n) for n in others)])


def _of_first(chance: random.Random, kind: str, number: int) -> str:
    tag, low = chance.randrange(N_TAGS), chance.randrange(TOP_PRICE)
    match kind:
        case "tag":
            return f"e0.contains({number % N_TAGS})"
        case "price":
            return f"e0.price == {low}"
        case "not":
            return f"!e0.contains({tag}) && !e0.contains({(tag + number) % N_TAGS})"
        case "span":
            return _span(chance, low)
        case "either":
            # No row of bits says this of a price alone: it stands in lists, at blocks of classes.
            return f"({_span(chance, low)} || e0.contains({tag}))"
    return f"(e0.on() || e0.contains({tag}))"


def _span(chance: random.Random, low: int) -> str:
    """One price, some, or blocks of them."""
    high = min(low + chance.choice((1, 20, 300)), TOP_PRICE)
    return f"e0.price >= {low} && e0.price < {high}"


def _of(chance: random.Random, entity: int) -> str:
    """What is asked of another entity: mostly true, and of another price each time."""
    low = chance.randrange(TOP_PRICE)
    return chance.choice(
        (
            f"e{entity}.on()",
            f"e{entity}.price != {low}",
            f"!(e{entity}.price >= {low} && e{entity}.price < {min(low + 40, TOP_PRICE)})",
        )
    )


def wide_requests(n_entities: int, n_requests: int) -> list[dict[str, Any]]:
    """Requests with no tags, some, all that are named, and thousands that mostly are not."""
    chance = random.Random(n_entities)
    sizes = (0, 1, 5, 60, N_TAGS, 2500)
    requests: list[dict[str, Any]] = []
    for number in range(n_requests):
        size = sizes[number % len(sizes)]
        request: dict[str, Any] = {}
        for entity in range(n_entities):
            request[f"e{entity}"] = {"on": chance.random() < 0.9}
            if chance.random() < 0.9:
                request[f"e{entity}"]["price"] = chance.randrange(TOP_PRICE + 1)
        request["e0"]["tags"] = chance.sample(range(max(size, N_TAGS)), size)
        requests.append(request)
    return requests
