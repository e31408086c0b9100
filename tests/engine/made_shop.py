"""A small world with every fact type, both lanes and both lane orders; and one that uses all of it.

In: nothing. Out: `World`s, for tests to ask and to damage.
"""

from __future__ import annotations

from dataclasses import replace

from engine.handmade_world import (
    Binding,
    Condition,
    Definition,
    Entity,
    Fact,
    Live,
    Point,
    World,
    all_of,
    any_of,
)


def shop() -> World:
    """A small world with every fact type, both lanes and both lane orders."""
    seller = Entity(
        "seller",
        (
            Fact("isTMSeller", "flag"),
            Fact("level", "int", "optional", low=0, high=20, cuts=(3, 10)),
            Fact("city", "string", "optional", words=("杭州", "Berlin")),
        ),
        "people",
    )
    item = Entity(
        "item",
        (
            Fact("tags", "tags_int", cuts=(-5, 77, 4199)),
            Fact("price", "decimal", "required", scale=2, low=0, high=10**8, cuts=(10000,)),
            Fact("brand", "string", "default", words=("acme",), default_class=2),
            Fact("weight", "decimal", "optional", scale=18),
        ),
        "commodity",
    )
    place = Entity(
        "place",
        (
            Fact("channel", "enum", "optional", words=("web", "app", "store")),
            Fact("floor", "int", "default", cuts=(0,), default_class=2),
        ),
        "place",
    )
    tmall = all_of(("isTMSeller", 1, 1))
    drone = all_of(("tags=4199", 1, 1))
    presale = any_of(("tags=77", 1, 1), ("tags=-5", 1, 1))
    online = all_of(("channel", 1, 2))
    experienced = all_of(("level", 2, 3), ("city", 1, 1))
    dear = all_of(("price", 2, 2))
    always: Condition = ()
    return World(
        (seller, item, place),
        (
            Point("Order.validate"),
            Point("Price.discount", "business-first"),
            Point("Shipping.route", implementation=None),
        ),
        (
            Definition(
                "presale", "product", ({"item": presale, "place": online},),
                ("Order.validate", "Price.discount"), 10,
            ),
            Definition("notice", "product", ({"seller": always},), ("Shipping.route",), 20, "all"),
            Definition("tmall.g20", "business", ({"item": drone, "seller": tmall},),
                       ("Order.validate",), 1, installs=("presale",)),
            Definition("tmall", "business", ({"seller": tmall},),
                       ("Price.discount", "Order.validate"), 5),
            Definition(
                "boutique", "business",
                ({"seller": experienced}, {"item": dear, "place": online, "seller": always}),
                ("Price.discount",), 9, installs=("presale",),
            ),
        ),
    )  # fmt: skip


def dated_shop() -> World:
    """The shop with a scenario, windows, a point's own order, a barrier, and bindings that stop."""
    world = shop()
    validate, discount, route = world.points
    presale, notice, g20, tmall, boutique = world.definitions
    return replace(
        world,
        scenarios=("sale",),
        points=(
            replace(validate, reduce="all", order=("tmall",)),
            discount,
            replace(route, lane_order="product-first"),
        ),
        definitions=(
            presale,
            notice,
            replace(g20, is_isolated=True, live=Live(window=(0, 100))),
            replace(
                tmall,
                bindings=(
                    Binding("Order.validate", live=Live(window=(50, 100))),
                    Binding("Order.validate", is_stop=True),
                    Binding("Price.discount", scenario="sale"),
                    Binding("Shipping.route", before="notice"),
                ),
            ),
            replace(boutique, live=Live(is_enabled=False)),
        ),
    )
