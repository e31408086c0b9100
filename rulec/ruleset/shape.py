"""The shapes of platform.toml, of businesses and products, and of columns.toml.

In: nothing. Out: one `Shape` a kind of table. What a key means is decided where it is read.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from rulec.vocabulary.conform import Shape, Text

__all__ = [
    "AbilityShape",
    "BindShape",
    "BusinessBindShape",
    "BusinessShape",
    "BusinessesShape",
    "ColumnShape",
    "ColumnsShape",
    "DefaultShape",
    "DefinitionShape",
    "LivenessShape",
    "PlatformShape",
    "PointShape",
    "ProductBindShape",
    "ProductShape",
    "ProductsShape",
    "RolloutShape",
]

DEFAULT_RANK: Final = 1000
MAX_RANK: Final = 2**32 - 1
"""A rank is 32 bits in the artifact."""


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


def _runs(implementation: str | None, known: ValidationInfo) -> str | None:
    """Refuse a binding that neither names what runs nor stops at the platform default."""
    if implementation is None and known.data.get("default") is False:
        raise PydanticCustomError("missing", "missing")
    return implementation


Code = Annotated[str, AfterValidator(_code)]
DefinitionCode = Annotated[str, AfterValidator(_definition_code)]


class DefaultShape(Shape):
    """What runs: a point's `default`."""

    implementation: Text
    mode: str | None = None
    config: dict[str, Any] | None = None


class RolloutShape(Shape):
    """`rollout = { percent, by, salt }`."""

    percent: str
    by: str
    salt: str


class LivenessShape(Shape):
    """When a definition or a binding counts."""

    enabled: bool = True
    active: list[str] | None = None
    rollout: RolloutShape | None = None


class BindShape(LivenessShape):
    """`[[bind]]`: an implementation, or `default = true`."""

    point: str
    default: bool = False
    implementation: Annotated[Text | None, AfterValidator(_runs)] = Field(
        default=None, validate_default=True
    )
    mode: str | None = None
    config: dict[str, Any] | None = None
    scenario: str | None = None


class BusinessBindShape(BindShape):
    """`[[bind]]` of a business."""

    before: list[str] = Field(default_factory=list)


class ProductBindShape(BindShape):
    """`[[bind]]` of a product."""

    misplaced: ClassVar = {"before": "`before` belongs to a business's binding"}


class DefinitionShape(LivenessShape):
    """What a business and a product share."""

    code: DefinitionCode
    name: str | None = None
    description: str = ""
    owner: Text
    kpi: str = ""
    rank: int = Field(default=DEFAULT_RANK, ge=0, le=MAX_RANK)
    overrides: list[str] = Field(default_factory=list)
    systems: list[Text] = Field(default_factory=list)


class BusinessShape(DefinitionShape):
    """One business."""

    misplaced: ClassVar = {
        "condition": "a business says `identity`",
        "scope": "`scope` belongs to a product",
    }
    identity: str
    isolated: bool = False
    products: list[str] | None = None
    products_like: str | None = None
    bind: list[BusinessBindShape] = Field(default_factory=list)


class ProductShape(DefinitionShape):
    """One product."""

    misplaced: ClassVar = {
        "identity": "a product says `condition`",
        "products": "only a business installs products",
        "products_like": "only a business installs products",
        "isolated": "only a business is isolated",
    }
    condition: str
    scope: Literal["installed", "all"] = "installed"
    bind: list[ProductBindShape] = Field(default_factory=list)


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

    misplaced: ClassVar = {"point": "a point stands below its ability: `[[ability.point]]`"}
    scenarios: list[Code] = Field(default_factory=list)
    ability: list[dict[str, Any]] = Field(default_factory=list)


class AbilityShape(Shape):
    """`[[ability]]`."""

    code: Code
    name: str | None = None
    description: str = ""
    point: list[dict[str, Any]] = Field(default_factory=list)


class PointShape(Shape):
    """`[[ability.point]]`; `default` is a table or "none"."""

    code: Code
    name: str | None = None
    description: str = ""
    reduce: str = "first"
    lanes: Literal["product-first", "business-first"] = "product-first"
    order: list[str] = Field(default_factory=list)
    final: bool = False
    open_to: list[str] | None = None
    config_schema: dict[str, Any] | None = Field(default=None, alias="schema")
    on_failure: Text | None = None
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
