"""What a search asks for: which documents, in which order, how many, and what they amount to; knows no documents."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, AliasChoices, BeforeValidator, ConfigDict, Field

from unusual.errors import Incomplete, Invalid
from unusual.schema.aggregates import Aggregate, parse_aggregates
from unusual.schema.durations import Duration
from unusual.schema.picking import Picked, picked
from unusual.schema.queries import Clause, parse_query
from unusual.schema.showing import ShownField
from unusual.schema.sorting import PLACE, UNSORTED, Order, parse_sort
from unusual.schema.values import Closed, Document, Flag, Natural, Words

_MATCH_ALL: Final[Document] = {"match_all": {}}
_MOST: Final = 10_000
_COUNTED: Final = 10_000


def _orders(given: object) -> object:
    return () if given is None else parse_sort(given)


def _aggregates(given: object) -> object:
    return parse_aggregates(given)


def _checked(query: Document) -> Document:
    parse_query(query)
    return query


def _listed(values: object) -> object:
    return values if isinstance(values, list | tuple) else [values]


Query: TypeAlias = Annotated[dict[str, Any], AfterValidator(_checked)]


class CountOptions(Closed):
    """Which documents are counted."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="count")

    query: Query = _MATCH_ALL

    @property
    def clause(self) -> Clause:
        """What the query means."""
        return parse_query(self.query)


class ScrollOptions(Closed):
    """Which scroll goes on, and for how much longer it is kept."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="scroll")

    scroll_id: str
    scroll: Duration | None = None


class EndedScrolls(Closed):
    """Which scrolls are ended."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="clear_scroll")

    scroll_id: Words


class Asked(Closed):
    """One document that is looked up, and what is wanted of it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="docs", arbitrary_types_allowed=True)

    index: Annotated[str | None, Field(alias="_index")] = None
    document_id: Annotated[str, Field(alias="_id")]
    source: Annotated[Picked | None, Field(alias="_source"), BeforeValidator(picked)] = None


class LookupOptions(Closed):
    """Which documents are looked up: all in one index, or each in one of its own."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="mget")

    ids: Words = ()
    docs: tuple[Asked, ...] = ()

    def asked(self, index: str | None) -> Iterator[tuple[str, str, Picked | None]]:
        """Index, id and wanted fields of each document; `index` is for those that name none.

        `errors.Incomplete` when nothing is asked for, or nobody knows where.
        """
        if not self.ids and not self.docs:
            raise Incomplete("Validation Failed: 1: no documents to get;")
        for one in (*self.docs, *(Asked.model_validate({"_id": name}) for name in self.ids)):
            where = one.index or index
            if where is None:
                raise Incomplete("Validation Failed: 1: index is missing for doc 0;")
            yield where, one.document_id, one.source


_LENIENT: Final = "?"  # which no name of an index has in it


class PointInTime(Closed):
    """What `_pit` gave: it stands for the indices that were asked for."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="pit")

    token: Annotated[str, Field(alias="id")]
    keep_alive: Duration = Duration("5m")

    @classmethod
    def of(cls, expression: str, *, ignore_unavailable: bool = False) -> Self:
        """A point in time of some indices, of which those that there are not may be left out."""
        told = (_LENIENT if ignore_unavailable else "") + expression
        return cls.model_validate({"id": urlsafe_b64encode(told.encode()).decode()})

    @property
    def expression(self) -> str:
        """The indices; `errors.Invalid` for what `of` has not made."""
        return self._told.removeprefix(_LENIENT)

    @property
    def ignore_unavailable(self) -> bool:
        """Whether those that there are not are left out."""
        return self._told.startswith(_LENIENT)

    @property
    def _told(self) -> str:
        try:
            return b64decode(self.token, altchars="-_", validate=True).decode()
        except ValueError:
            raise Invalid(f"invalid id: [{self.token}]") from None


class SearchOptions(CountOptions):
    """Which documents are shown, and in which order."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="search", arbitrary_types_allowed=True)

    sort: Annotated[tuple[Order, ...], BeforeValidator(_orders)] = ()
    start: Annotated[Natural, Field(alias="from")] = 0
    size: Natural = 10
    search_after: Annotated[tuple[Any, ...], BeforeValidator(_listed)] = ()
    # How far documents are counted: a number, to the last one, or not at all.
    track_total_hits: Flag | Natural = _COUNTED
    # No search takes so long that it had to be cut off.
    timeout: str | None = None
    terminate_after: Natural | None = None
    version: Flag = False
    fields: Annotated[
        tuple[ShownField, ...],
        Field(validation_alias=AliasChoices("fields", "docvalue_fields")),
        BeforeValidator(_listed),
    ] = ()
    # No part of a text is ever marked, and nothing is computed by scripts.
    highlight: dict[str, Any] | None = None
    script_fields: Annotated[dict[str, Any], Field(max_length=0)] | None = None
    pit: PointInTime | None = None
    explain: Literal[False] = False
    track_scores: Flag = False
    source: Annotated[Picked, Field(alias="_source"), BeforeValidator(picked)] = picked(given=True)
    aggregates: Annotated[
        tuple[Aggregate, ...],
        Field(validation_alias=AliasChoices("aggs", "aggregations")),
        BeforeValidator(_aggregates),
    ] = ()

    @property
    def sorted_by(self) -> tuple[Order, ...]:
        """The fields that decide which document comes first."""
        return tuple(order for order in self.sort if order.field not in UNSORTED)

    @property
    def fields_sorted_by(self) -> tuple[str, ...]:
        """Those of the documents among them."""
        return tuple(order.field for order in self.sorted_by if order.field != PLACE)

    def placed(self) -> Self:
        """The same with an order in which no two documents stand at one place."""
        if any(order.field == PLACE for order in self.sort):
            return self
        return self.model_copy(update={"sort": (*self.sort, Order(PLACE, desc=False))})

    @property
    def counted(self) -> int | None:
        """Up to how many documents are counted, None for all of them; -1 when they are not."""
        if self.track_total_hits is True:
            return None
        return -1 if self.track_total_hits is False else self.track_total_hits

    def check_window(self) -> None:
        """`errors.Invalid` when more is asked for than one answer may hold."""
        if self.start + self.size > _MOST:
            raise Invalid(
                f"Result window is too large, from + size must be less than or equal to: [{_MOST}] "
                f"but was [{self.start + self.size}]"
            )
        if self.search_after and len(self.search_after) != len(self.sort):
            raise Invalid(
                f"search_after has {len(self.search_after)} value(s) but sort has {len(self.sort)}."
                if self.sort
                else "Sort must contain at least one field."
            )
        if self.search_after and self.start:
            raise Invalid("`from` parameter must be set to 0 when `search_after` is used")
