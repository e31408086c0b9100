"""The shapes of platform.toml, of businesses and products, and of columns.toml.

In: nothing. Out: one `Shape` a kind of table. What a key means is decided where it is read.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from rulec.vocabulary.conform import Shape, not_blank

__all__ = [
    "AbilityShape",
    "BindShape",
    "BusinessShape",
    "BusinessesShape",
    "ColumnShape",
    "ColumnsShape",
    "DefaultShape",
    "DefinitionShape",
    "PlatformShape",
    "PointShape",
    "ProductShape",
    "ProductsShape",
]

DEFAULT_RANK: Final = 1000
MAX_RANK: Final = 2**32 - 1
"""A rank is 32 bits in the artifact."""

_SWITCHES: Final = {
    "enabled": "take the definition or the binding out of the file instead",
    "active": "add and remove the definition or the binding when its time comes",
    "rollout": "tell the requests apart by a fact",
}


def _code(text: str) -> str:
    """Refuse a code that could not be told from another on a screen."""
    if not text:
        raise PydanticCustomError("code", "the code is empty")
    is_plain = text.isascii() and text.isprintable() and " " not in text
    if not is_plain and any(unicodedata.category(character)[0] in "CZ" for character in text):
        raise PydanticCustomError("code", "the code holds white space or control characters")
    return text


def _definition_code(text: str) -> str:
    if text == "platform":
        raise PydanticCustomError("code", "the code `platform` is reserved")
    return _code(text)


Text = Annotated[str, AfterValidator(not_blank)]
Code = Annotated[str, AfterValidator(_code)]
DefinitionCode = Annotated[str, AfterValidator(_definition_code)]


class DefaultShape(Shape):
    """What runs: a point's `default`."""

    implementation: Text
    mode: str | None = None
    config: dict[str, Any] | None = None


class BindShape(DefaultShape):
    """`[[bind]]`."""

    unbuilt: ClassVar = {
        **_SWITCHES,
        "scenario": "make a point for each scenario",
        "default": "bind the default's implementation",
        "before": "give the definitions ranks, or the point `lanes`",
    }
    point: str


class DefinitionShape(Shape):
    """What a business and a product share."""

    unbuilt: ClassVar = {
        **_SWITCHES,
        "overrides": "give the definitions different ranks",
        "isolated": "let it bind every point it must decide",
        "systems": "keep a rule set for each system",
    }
    code: DefinitionCode
    name: str | None = None
    description: str = ""
    owner: Text
    kpi: str = ""
    rank: int = Field(default=DEFAULT_RANK, ge=0, le=MAX_RANK)
    bind: list[BindShape] = Field(default_factory=list)


class BusinessShape(DefinitionShape):
    """One business."""

    misplaced: ClassVar = {
        "condition": "a business says `identity`",
        "scope": "`scope` belongs to a product",
    }
    identity: str
    products: list[str] | None = None
    products_like: str | None = None


class ProductShape(DefinitionShape):
    """One product."""

    misplaced: ClassVar = {
        "identity": "a product says `condition`",
        "products": "only a business installs products",
        "products_like": "only a business installs products",
    }
    condition: str
    scope: Literal["installed", "all"] = "installed"


class BusinessesShape(Shape):
    """A file of several businesses."""

    misplaced: ClassVar = {"product": "products stand in files below `products/`"}
    business: list[dict[str, Any]]


class ProductsShape(Shape):
    """A file of several products."""

    misplaced: ClassVar = {"business": "businesses stand in files below `businesses/`"}
    product: list[dict[str, Any]]


class PlatformShape(Shape):
    """The whole of platform.toml."""

    unbuilt: ClassVar = {"scenarios": "make a point for each scenario"}
    misplaced: ClassVar = {"point": "a point stands below its ability: `[[ability.point]]`"}
    ability: list[dict[str, Any]] = Field(default_factory=list)


class AbilityShape(Shape):
    """`[[ability]]`."""

    code: Code
    name: str | None = None
    description: str = ""
    point: list[dict[str, Any]] = Field(default_factory=list)


class PointShape(Shape):
    """`[[ability.point]]`; `default` is a table or "none"."""

    unbuilt: ClassVar = {
        "schema": "check `config` where it is used",
        "final": "leave the point out: what nobody may bind needs no point",
        "open_to": "review who binds the point",
        "order": "give the definitions ranks, or the point `lanes`",
        "on_failure": "handle failures where the implementation is called",
    }
    code: Code
    name: str | None = None
    description: str = ""
    reduce: str = "first"
    lanes: Literal["product-first", "business-first"] = "product-first"
    default: Any


class ColumnsShape(Shape):
    """The whole of columns.toml."""

    misplaced: ClassVar = {"timezone": 'say it for each column: `[column."order.at"]`'}
    column: dict[str, dict[str, Any]] = Field(default_factory=dict)


class ColumnShape(Shape):
    """`[column."item.price"]`."""

    source: Text | None = Field(default=None, alias="from")
    equals: Any = None
    constant: Any = None
    timezone: str | None = None
