"""A search from its options to its answer: what is asked of the documents, and which of them are shown.

First all holdings are asked for keys and columns, then only the documents of the page are fetched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Final

import orjson
import polars as pl

from unusual.jobs.ports import Ports
from unusual.jobs.search.aggregating import Aggregating
from unusual.jobs.search.columns import HOLDING, ID, INDEX, KEY, TIE, Piece
from unusual.jobs.search.gathering import Gathered, Wanted, wanted_of
from unusual.jobs.search.holdings import Holding, holdings, is_whole
from unusual.jobs.search.matching import mask
from unusual.jobs.search.narrowing import asked_of
from unusual.jobs.search.ordering import in_order, later, sort_column, sort_name
from unusual.schema.mappings import Field
from unusual.schema.picking import Picked
from unusual.schema.queries import Clause
from unusual.schema.searching import SearchOptions
from unusual.schema.showing import Shown, chosen_fields, shown_fields
from unusual.schema.sorting import PLACE, UNSORTED, Order
from unusual.schema.values import Document

_TRIMMED_AT: Final = 50_000
_PLACED: Final = Field("keyword", PLACE)


@dataclass(frozen=True)
class Answer:
    """What was found.

    total         how many documents, None when they were not counted
    exact         whether there are no more
    hits          those of the page, as clients see them
    aggregations  None when none were asked for
    """

    total: int | None
    exact: bool
    hits: list[Document]
    aggregations: Document | None


def count(ports: Ports, expression: str, clause: Clause, *, ignore_unavailable: bool = False) -> int:
    """How many documents of the indices meet a clause; `NoSuchIndex`."""
    found = holdings(ports, expression, clause, asked_of(clause), ignore_unavailable=ignore_unavailable)
    now_ms = ports.clock.now_ms()
    return sum(_number(holding, now_ms) for holding in found)


def search(ports: Ports, expression: str, options: SearchOptions, *, ignore_unavailable: bool = False) -> Answer:
    """The documents of the page, how many are meant in all, and what they amount to.

    `NoSuchIndex`; `errors.Invalid` for too large a page, `errors.Misphrased` for what is not understood.
    """
    options.check_window()
    run = prepared(ports, expression, options, ignore_unavailable=ignore_unavailable)
    for number in range(len(run.holdings)):
        run.take(number)
    return run.answer()


def prepared(ports: Ports, expression: str, options: SearchOptions, *, ignore_unavailable: bool = False) -> "Run":
    """A search that has not looked at anything yet; problems as in `search`."""
    clause, wanted = options.clause, wanted_of(options.aggregates)
    names = {*asked_of(clause), *wanted.names, *options.fields_sorted_by}
    found = holdings(ports, expression, clause, names, ignore_unavailable=ignore_unavailable)
    return Run(found, options, wanted, ports.clock.now_ms())


def _number(holding: Holding, now_ms: int) -> int:
    if is_whole(holding):
        return holding.number(None)
    bodies = not holding.knows(asked_of(holding.rest))
    return sum(int(mask(holding.rest, piece, now_ms).sum()) for piece in holding.pieces(bodies=bodies))


@dataclass
class Run:
    """One search under way."""

    holdings: Sequence[Holding]
    options: SearchOptions
    wanted: Wanted
    now_ms: int
    total: int = 0
    page: list[pl.DataFrame] = field(default_factory=list)
    bodies: dict[tuple[int, str], bytes] = field(default_factory=dict)
    gathered: Gathered = field(default_factory=Gathered)

    @property
    def most(self) -> int:
        return self.options.start + self.options.size

    @property
    def after(self) -> list[Any]:
        """The place after which the page begins: a value for each field that is looked at."""
        given = zip(self.options.sort, self.options.search_after, strict=False)
        return [value for order, value in given if order in self.options.sorted_by]

    def take(self, number: int) -> None:
        """Ask one holding."""
        if self.options.aggregates or not (self._take_first(number) or self._take_ahead(number)):
            self._take_all(number)

    def every(self) -> pl.DataFrame:
        """What leads to each document up to the end of the page, in order; see `hits`."""
        for number in range(len(self.holdings)):
            self._take_all(number)
        if not self.page:
            return pl.DataFrame()
        return in_order(pl.concat(self.page, how="vertical_relaxed"), self.options.sorted_by)[: self.most]

    def hits(self, frame: pl.DataFrame) -> list[Document]:
        """Some rows of `every` as clients see them; documents that are gone by now are left out."""
        shown = self._hits(frame, self.options.sort, self.options.source)
        self.bodies.clear()
        return [hit for hit in shown if hit is not None]

    def answer(self) -> Answer:
        """What was found in all of them."""
        counted = self.options.counted
        shown: list[Document | None] = []
        if self.page:
            frame = in_order(pl.concat(self.page, how="vertical_relaxed"), self.options.sorted_by)
            shown = self._hits(frame[self.options.start : self.most], self.options.sort, self.options.source)
        exact = counted is None or self.total <= counted
        total = None if counted == -1 else self.total if exact else counted
        told = None
        if self.options.aggregates:
            told = Aggregating(self.gathered, self.wanted, self._hits).of(self.options.aggregates)
        return Answer(total, exact, [hit for hit in shown if hit is not None], told)

    def _take_first(self, number: int) -> bool:
        """Whether a holding could tell by itself what comes first."""
        holding, orders = self.holdings[number], self.options.sorted_by
        if not is_whole(holding):
            return False
        piece = holding.first(orders, self.most, self.after) if self.most else None
        if piece is None and self.most:
            return False
        if piece is not None and piece.size:
            frame = self._keys(piece, number)
            self.page.append(frame)
            self.bodies.update(((number, key), body) for key, body in zip(frame[KEY], piece.bodies, strict=True))
        if piece is not None and piece.size < self.most and not self.after:
            self.total += piece.size  # these are all there are
        else:
            self._count(holding)
        return True

    def _take_ahead(self, number: int) -> bool:
        """Whether documents could be looked at in order, no further than to the end of the page."""
        holding, orders, lacking = self.holdings[number], self.options.sorted_by, self.most
        if not lacking or not (is_whole(holding) or self.options.counted == -1):
            return False
        pieces = holding.ahead(orders, lacking, self.after)
        if pieces is None:
            return False
        for piece in pieces:
            keys = self._keys(piece, number)
            self.bodies.update(((number, key), body) for key, body in zip(keys[KEY], piece.bodies, strict=True))
            frame = self._later(keys.filter(mask(holding.rest, piece, self.now_ms)), holding.fields)
            self.page.append(frame)
            lacking -= frame.height
            if lacking <= 0:
                break
        self._count(holding)
        return True

    def _count(self, holding: Holding) -> None:
        """Add how many documents there are, no further than they are counted."""
        counted = self.options.counted
        if counted is None:
            self.total += holding.number(None)
        elif self.total <= counted and counted >= 0:
            self.total += holding.number(counted + 1 - self.total)

    def _take_all(self, number: int) -> None:
        holding = self.holdings[number]
        names = [*asked_of(holding.rest), *self.wanted.names, *self.options.fields_sorted_by]
        for piece in holding.pieces(bodies=not holding.knows(names)):
            passing = mask(holding.rest, piece, self.now_ms)
            self.total += int(passing.sum())
            if self.most:
                found = self._keys(piece, number).filter(passing)
                self.page.append(self._later(found, holding.fields))
                self._trim()
            if self.options.aggregates:
                keys = self._keys(piece, number) if self.wanted.hits else None
                self.gathered.add(self.wanted.frame(piece, self.now_ms, keys).filter(passing), holding.fields)

    def _later(self, frame: pl.DataFrame, fields: Mapping[str, Field]) -> pl.DataFrame:
        if not self.options.search_after:
            return frame
        return later(frame, self.options.sorted_by, self.after, {**fields, PLACE: _PLACED}, self.now_ms)

    def _keys(self, piece: Piece, number: int) -> pl.DataFrame:
        """What is needed to put documents in order, and to fetch them."""
        known = {name: piece.column(name) for name in (KEY, TIE, ID, INDEX)}
        frame = pl.DataFrame({name: column for name, column in known.items() if column is not None})
        if any(order.field == PLACE for order in self.options.sorted_by):
            piece = piece.knowing(PLACE, frame.select(pl.concat_str(INDEX, KEY, separator=" ")).to_series())
        sorts = [sort_column(piece.column(order.field), order, piece.size) for order in self.options.sorted_by]
        return frame.with_columns(pl.lit(number).alias(HOLDING), *sorts)

    def _trim(self) -> None:
        """Forget what cannot come onto the page."""
        if sum(frame.height for frame in self.page) > max(_TRIMMED_AT, 2 * self.most):
            whole = pl.concat(self.page, how="vertical_relaxed")
            self.page = [in_order(whole, self.options.sorted_by)[: self.most]]

    def _hits(self, frame: pl.DataFrame, sort: Sequence[Order], source: Picked) -> list[Document | None]:
        """The rows as clients see them, None for those that are gone by now."""
        self._fetch(frame)
        named = zip(*(frame[name].to_list() for name in (HOLDING, KEY, INDEX, ID)), strict=True)
        places = zip(*(_sort_values(frame, order) for order in sort), strict=True) if sort else repeat(())
        chosen = [chosen_fields(self.options.fields, holding.fields) for holding in self.holdings]
        shown: list[Document | None] = []
        for (number, key, index, document_id), place in zip(named, places, strict=False):
            body = self.bodies.get((number, key))
            if body is None:
                shown.append(None)
                continue
            told = {"_index": index, "_id": document_id, "_score": None if sort else 1.0}
            shown.append(
                told | _of_body(body, self.options, source, chosen[number]) | ({"sort": [*place]} if sort else {})
            )
        return shown

    def _fetch(self, frame: pl.DataFrame) -> None:
        """Get hold of the documents of rows."""
        for (number,), rows in frame.partition_by(HOLDING, as_dict=True).items():
            lacking = [key for key in rows[KEY] if (number, key) not in self.bodies]
            if lacking:
                fetched = self.holdings[number].fetch(lacking)
                self.bodies.update(((number, key), body) for key, body in fetched.items())


def _of_body(body: bytes, options: SearchOptions, source: Picked, chosen: Sequence[Shown]) -> Document:
    """What a hit tells of what is in its document."""
    told: Document = {}
    if source.shown:
        told["_source"] = source.of(orjson.loads(body))
    if options.fields:
        told["fields"] = shown_fields(chosen, orjson.loads(body))
    if options.version:
        told["_version"] = 1
    return told


def _sort_values(frame: pl.DataFrame, order: Order) -> list[Any]:
    if order.field in UNSORTED:
        return [1.0 if order.field == "_score" else 0] * frame.height
    return frame[sort_name(order)].to_list()
