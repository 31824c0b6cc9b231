"""What a search asks for: which documents, in which order, how many; knows no documents."""

from typing import Annotated, Any, ClassVar, Final, NamedTuple, TypeAlias

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from unusual.errors import Invalid
from unusual.schema.queries import Clause, parse_query
from unusual.schema.values import Closed, Document, Flag, Natural

_MATCH_ALL: Final[Document] = {"match_all": {}}
_MOST: Final = 10_000


class Order(NamedTuple):
    """One field to sort by."""

    field: str
    desc: bool


def _checked(query: Document) -> Document:
    parse_query(query)
    return query


def _orders(given: object) -> object:
    """`"at:desc,v"`, `["at", {"v": "desc"}]` or `[{"v": {"order": "desc"}}]`, all as pairs of field and direction."""
    parts = given.split(",") if isinstance(given, str) else given
    return [_order(part) for part in (parts if isinstance(parts, list | tuple) else [parts])]


def _order(part: object) -> object:
    if isinstance(part, str):
        field, _, direction = part.partition(":")
        return (field, direction == "desc")
    if isinstance(part, dict) and len(part) == 1:
        field, options = next(iter(part.items()))
        direction = options.get("order", "asc") if isinstance(options, dict) else options
        if direction in {"asc", "desc"}:
            return (field, direction == "desc")
    raise Invalid(f"[sort] cannot be read: [{part}]")


Query: TypeAlias = Annotated[dict[str, Any], AfterValidator(_checked)]


class CountOptions(Closed):
    """Which documents are counted."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="count")

    query: Query = _MATCH_ALL

    @property
    def clause(self) -> Clause:
        """What the query means."""
        return parse_query(self.query)


class SearchOptions(CountOptions):
    """Which documents are shown, and in which order."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="search")

    sort: Annotated[tuple[Order, ...], BeforeValidator(_orders)] = ()
    start: Annotated[Natural, Field(alias="from")] = 0
    size: Natural = 10
    # The count is always exact, and no search takes so long that it had to be cut off.
    track_total_hits: bool | int = True
    timeout: str | None = None
    source: Annotated[Flag, Field(alias="_source")] = True

    def check_window(self) -> None:
        """`errors.Invalid` when more is asked for than one answer may hold."""
        if self.start + self.size > _MOST:
            raise Invalid(
                f"Result window is too large, from + size must be less than or equal to: [{_MOST}] "
                f"but was [{self.start + self.size}]"
            )
