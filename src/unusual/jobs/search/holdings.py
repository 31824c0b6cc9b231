"""What a search goes through: indices of documents and the results of jobs, as one port; knows no order of hits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count, islice, repeat
from typing import Final, Protocol

import polars as pl

from unusual.analysis.rescoring import SCORES
from unusual.jobs.indices import find, meant
from unusual.jobs.ports import Found, FoundResult, Key, Ports, StoredIndex, StoredJob, Stretch
from unusual.jobs.search.columns import ID, INDEX, KEY, TIE, Piece, nothing, piece_of
from unusual.jobs.search.matching import reading
from unusual.jobs.search.narrowing import INTERIM, JOB, KIND, TIME, TIMED, Part, narrowed
from unusual.jobs.search.timing import stretched
from unusual.schema.mappings import Field, fields_of
from unusual.schema.queries import Clause, Everything
from unusual.schema.result_fields import fields_for
from unusual.schema.sorting import Order

PREFIX: Final = ".ml-anomalies-"
WRITING: Final = ".write-"
_GIVEN: Final = "doc:"
_AT_ONCE: Final = 5_000
_LEAST: Final = 50
_CUT: Final = "\x1f"
_DIGITS: Final = 20


class Holding(Protocol):
    """Documents with the same fields, of which those count that meet `rest`."""

    fields: Mapping[str, Field]
    rest: Clause

    def knows(self, names: Iterable[str]) -> bool:
        """Whether these fields can be told without reading documents."""

    def number(self, most: int | None) -> int:
        """How many documents there are, at most `most`; asked only when nothing is left to test."""

    def first(self, order: Sequence[Order], most: int, after: Sequence[object]) -> Piece | None:
        """At least the first documents in some order, None when that is not known without looking at all of them."""

    def ahead(self, order: Sequence[Order], most: int, after: Sequence[object]) -> Iterator[Piece] | None:
        """All documents, `most` of them and then more, in the first of the orders; None when that is not known.

        after  values of the orders, of which the first one says where to begin; nothing for the beginning

        Two pieces never have the same value of that order.
        """

    def pieces(self, *, bodies: bool) -> Iterator[Piece]:
        """All documents, some at a time; without `bodies` only what is known without reading them."""

    def fetch(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Documents as JSON by their keys."""


class IndexHolding:
    """The documents of one index."""

    def __init__(self, ports: Ports, index: StoredIndex, clause: Clause, now_ms: int) -> None:
        self.fields: Mapping[str, Field] = fields_of(index.definition["mappings"])
        self._documents = ports.documents
        self._name = index.name
        self._now_ms = now_ms
        self._stretch, self.rest = stretched(clause, index.name, index.timed, self.fields, now_ms)

    def knows(self, names: Iterable[str]) -> bool:
        """Ids and names of indices."""
        return {*names} <= {ID, INDEX}

    def number(self, most: int | None) -> int:
        """How many documents there are, at most `most`."""
        stretch = self._stretch
        there = self._documents.number(self._name) if stretch is None else self._documents.number_within(stretch)
        return there if most is None else min(there, most)

    def first(self, order: Sequence[Order], most: int, after: Sequence[object]) -> Piece | None:  # noqa: ARG002 - the port's
        """The oldest ones where no order is asked for."""
        if order or self._stretch is not None:
            return None
        return self._piece([*islice(self._documents.scan([self._name]), most)])

    def pieces(self, *, bodies: bool) -> Iterator[Piece]:  # noqa: ARG002 - they come with their bodies
        """All documents."""
        if self._stretch is not None:
            yield from self._pages(self._stretch, repeat(_AT_ONCE))
            return
        found = iter(self._documents.scan([self._name]))
        while some := list(islice(found, _AT_ONCE)):
            yield self._piece(some)

    def ahead(self, order: Sequence[Order], most: int, after: Sequence[object]) -> Iterator[Piece] | None:
        """The earliest ones first: where nothing but their time is asked for, that is all there are of these."""
        stretch = self._stretch
        if stretch is None or not order or order[0] != Order(stretch.field, desc=False):
            return None
        if after:
            place = reading(self.fields[stretch.field], self._now_ms, after[0])
            if place is None:
                return None
            stretch = replace(stretch, start_ms=place if stretch.start_ms is None else max(place, stretch.start_ms))
        # Some of the first page were told before, at the moment where the last one ended.
        return self._pages(stretch, chain([most + _LEAST], (_LEAST << number for number in count())))

    def fetch(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Documents by their ids."""
        return self._documents.fetch(self._name, keys)

    def _pages(self, stretch: Stretch, sizes: Iterable[int]) -> Iterator[Piece]:
        """The documents of a stretch by time, never cut between those of one time."""
        for size in sizes:
            found = self._documents.page(stretch, size)
            yield self._piece(found, stretch.field)
            if len(found) < size:
                return
            stretch = replace(stretch, start_ms=found[-1].time_ms + 1)

    def _piece(self, found: Sequence[Found], field: str | None = None) -> Piece:
        """Documents, and if they were found by it the field that tells their time."""
        numbers = pl.Series([one.number for one in found], dtype=pl.Int64)
        piece = piece_of(self.fields, found).knowing(TIE, numbers.cast(pl.String).str.zfill(_DIGITS))
        times = pl.Series([one.time_ms for one in found], dtype=pl.Int64)
        return piece if field is None else piece.knowing(field, times)


class ResultHolding:
    """Results of jobs."""

    def __init__(self, ports: Ports, part: Part, fields: Mapping[str, Field], indices: Mapping[str, str]) -> None:
        """Take over a part of all results; `indices` has the name of the index of each job."""
        self.fields = fields
        self.rest = part.rest
        self._sought = part.sought
        self._results = ports.results
        self._indices = {job_id: indices[job_id] for job_id in part.sought.job_ids}

    def knows(self, names: Iterable[str]) -> bool:
        """What the store has in columns."""
        return {*names} <= {ID, INDEX, *self._told()}

    def number(self, most: int | None) -> int:
        """How many results there are, at most `most`."""
        return self._results.number(self._sought, most)

    def first(self, order: Sequence[Order], most: int, after: Sequence[object]) -> Piece | None:
        """The first ones by time or score."""
        columns = self._columns()
        if any(one.field not in columns or one.empty_first for one in order):
            return None
        if any(value is not None and not isinstance(value, int | float) for value in after):
            return None
        by = [(columns[one.field], one.desc) for one in order]
        values = [value if isinstance(value, int | float) else None for value in after]
        found = self._results.first(self._sought, by, most, values)
        return self._piece(found, bodies=True) if found else nothing(self.fields)

    def ahead(self, order: Sequence[Order], most: int, after: Sequence[object]) -> Iterator[Piece] | None:  # noqa: ARG002 - the port's
        """Told by `first` alone."""
        return None

    def pieces(self, *, bodies: bool) -> Iterator[Piece]:
        """All results."""
        for found in self._results.scan(self._sought, bodies=bodies):
            yield self._piece(found, bodies=bodies)

    def fetch(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Results by their keys."""
        wanted = {_key_of(key): key for key in keys}
        return {wanted[key]: body for key, body in self._results.fetch(wanted).items()}

    def _columns(self) -> dict[str, str]:
        """The fields by which the store can sort, and its columns for them."""
        kind = self._sought.kind
        return ({TIME: TIME} if kind in TIMED else {}) | ({SCORES[kind]: "score"} if kind in SCORES else {})

    def _told(self) -> set[str]:
        named = {KIND, INTERIM, *SCORES.values()} if self._sought.kind in SCORES else set[str]()
        return {JOB, *self._columns(), *named}

    def _piece(self, found: Sequence[FoundResult], *, bodies: bool) -> Piece:
        columns = list(zip(*found, strict=True)) or [()] * len(FoundResult._fields)
        job, kind, entity = (pl.Series(columns[place], dtype=pl.String) for place in (0, 1, 3))
        time = pl.Series(columns[2], dtype=pl.Int64)
        frame = pl.DataFrame({JOB: job, KIND: kind, TIME: time, "entity": entity})
        padded = pl.col(TIME).cast(pl.String).str.zfill(_DIGITS)
        written = frame.select(
            pl.concat_str(JOB, KIND, padded, "entity", separator=_CUT).alias(KEY),
            pl.when(pl.col("entity").str.starts_with(_GIVEN))
            .then(pl.col("entity").str.strip_prefix(_GIVEN))
            .otherwise(pl.concat_str(JOB, KIND, TIME, "entity", separator="_").str.strip_suffix("_"))
            .alias(ID),
        )
        known: dict[str, pl.Series] = {
            KEY: written[KEY],
            TIE: written[KEY],
            ID: written[ID],
            INDEX: job.replace_strict(self._indices, return_dtype=pl.String),
            JOB: job,
        }
        known |= {TIME: time} if TIME in self._columns() else {}
        if self._sought.kind in SCORES:
            known |= {KIND: kind, INTERIM: pl.Series([str(bool(one)).lower() for one in columns[5]], dtype=pl.String)}
            known |= dict.fromkeys(SCORES.values(), pl.repeat(None, len(found), dtype=pl.Float64, eager=True))
            known[SCORES[self._sought.kind]] = pl.Series(columns[4], dtype=pl.Float64)
        return Piece(self.fields, known, [one.body.encode() for one in found if one.body is not None] if bodies else [])


def holdings(
    ports: Ports, expression: str, clause: Clause, names: Iterable[str], *, ignore_unavailable: bool = False
) -> list[Holding]:
    """Everything that an expression of names and patterns means, cut down to what can meet a clause; `NoSuchIndex`.

    names  of the fields that the search looks at
    """
    stored = {job.job_id: job for job in ports.jobs.all()}
    job_ids, others = chosen(stored, expression)
    found: list[Holding] = []
    if job_ids:
        fields = fields_for(names)
        indices = {job_id: index_of(stored[job_id]) for job_id in job_ids}
        parts = narrowed(clause, job_ids, fields, ports.clock.now_ms())
        found += [ResultHolding(ports, part, fields, indices) for part in parts]
    if others or not job_ids:
        indices_meant = find(ports, others, ignore_unavailable=ignore_unavailable)
        found += [IndexHolding(ports, index, clause, ports.clock.now_ms()) for index in indices_meant]
    return found


def index_of(job: StoredJob) -> str:
    """The name of the index in which clients find the results of a job."""
    name = job.config.get("results_index_name", "shared")
    return f"{PREFIX}{name}"


def is_whole(holding: Holding) -> bool:
    """Whether everything in a holding counts."""
    return isinstance(holding.rest, Everything)


def chosen(stored: Mapping[str, StoredJob], expression: str) -> tuple[list[str], list[str]]:
    """The jobs whose results are meant, and the parts of an expression that mean, or may mean, other indices."""
    members: dict[str, set[str]] = {}
    for job_id, job in stored.items():
        for name in (index_of(job), PREFIX + job_id, PREFIX + WRITING + job_id):
            members.setdefault(name, set()).add(job_id)
    meaning: set[str] = set()
    others: list[str] = []
    for part in expression.split(","):
        pattern = part.removeprefix("-")
        found = set[str]().union(*(ids for name, ids in members.items() if meant(name, pattern)))
        meaning = meaning - found if part.startswith("-") else meaning | found
        if not found or "*" in part:
            others.append(part)
    return sorted(meaning), others


def _key_of(key: str) -> Key:
    job_id, kind, timestamp, entity = key.split(_CUT, 3)
    return Key(job_id, kind, int(timestamp), entity)
