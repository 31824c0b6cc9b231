"""From a query to what a store of results can look for by itself, and what is left to test; knows no documents.

A query is taken apart for each kind of result: what it says of jobs and kinds is known then, and conditions on time,
score and finality become bounds of the store.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

import orjson
import polars as pl

from unusual.analysis.rescoring import SCORES
from unusual.jobs.ports import Sought
from unusual.jobs.search.columns import ID, INDEX, Piece, text_of
from unusual.jobs.search.matching import mask, reading
from unusual.schema.mappings import Field
from unusual.schema.queries import (
    Between,
    Clause,
    Everything,
    Inside,
    Joined,
    Like,
    Named,
    Nothing,
    OneOf,
    Present,
    Words,
)

JOB: Final = "job_id"
KIND: Final = "result_type"
TIME: Final = "timestamp"
INTERIM: Final = "is_interim"

# Kinds that always have a time of their own; others may be without one.
TIMED: Final = (*SCORES, "model_plot", "model_forecast")

Leaf: TypeAlias = OneOf | Between | Present | Words | Like
Truths: TypeAlias = Mapping[tuple[Clause, str], bool]


class Part(NamedTuple):
    """Some of the results that a query means: what the store looks for, and what each of them must still meet."""

    sought: Sought
    rest: Clause


def narrowed(clause: Clause, job_ids: Sequence[str], fields: Mapping[str, Field], now_ms: int) -> Iterator[Part]:
    """The parts in which all results lie that meet a clause."""
    kinds = sorted({*TIMED, *_named(clause)})
    truths = _truths(clause, job_ids, kinds, fields, now_ms)
    parts = [Sought((), kind) for kind in kinds]
    parts += [Sought((), None, ends) for ends in zip(["", *kinds], [*kinds, None], strict=True)]
    for part in parts:
        groups: dict[Clause, list[str]] = {}
        for job_id in job_ids:
            groups.setdefault(_settled(clause, job_id, part.kind, truths), []).append(job_id)
        for left, ids in groups.items():
            if left != Nothing():
                yield _part(left, replace(part, job_ids=tuple(ids)), fields, now_ms)


def _named(clause: Clause) -> Iterator[str]:
    """The kinds of results that a clause calls by their names."""
    for leaf in _leaves(clause):
        if leaf.field == KIND and isinstance(leaf, OneOf | Words):
            yield from (str(value) for value in (leaf.values if isinstance(leaf, OneOf) else (leaf.text,)))


def _leaves(clause: Clause) -> Iterator[Leaf]:
    match clause:
        case Joined():
            for one in chain(clause.must, clause.must_not, clause.should):
                yield from _leaves(one)
        case OneOf() | Between() | Present() | Words() | Like():
            yield clause


def _truths(
    clause: Clause, job_ids: Sequence[str], kinds: Sequence[str], fields: Mapping[str, Field], now_ms: int
) -> Truths:
    """What the conditions on jobs and kinds are worth for each of them."""
    truths: dict[tuple[Clause, str], bool] = {}
    for name, values in ((JOB, job_ids), (KIND, kinds)):
        column = pl.Series(values, dtype=pl.String)
        piece = Piece(fields, {ID: column, INDEX: column, name: column}, ())
        for leaf in {leaf for leaf in _leaves(clause) if leaf.field == name}:
            truths.update(((leaf, value), held) for value, held in zip(values, mask(leaf, piece, now_ms), strict=True))
    return truths


def _settled(clause: Clause, job_id: str, kind: str | None, truths: Truths) -> Clause:
    """A clause for results of one job and kind (None for any that is not called by its name), without what is known."""
    if isinstance(clause, Joined):
        return _joined(clause, job_id, kind, truths)
    if not isinstance(clause, OneOf | Between | Present | Words | Like):
        return clause
    known = truths.get((clause, job_id if clause.field == JOB else kind or ""))
    if known is not None:
        return Everything() if known else Nothing()
    return Nothing() if _is_foreign(clause, kind) else clause


def _is_foreign(leaf: Leaf, kind: str | None) -> bool:
    """Whether a condition is on another kind of results: by its name, or on a score that only it has."""
    if leaf.field == KIND:
        return kind is None and isinstance(leaf, OneOf | Words)
    return kind in SCORES and leaf.field in {*SCORES.values()} - {SCORES[kind]}


def _joined(clause: Joined, job_id: str, kind: str | None, truths: Truths) -> Clause:
    must, must_not, should = (
        [_settled(one, job_id, kind, truths) for one in clauses]
        for clauses in (clause.must, clause.must_not, clause.should)
    )
    least = clause.least - sum(one == Everything() for one in should)
    possible = [one for one in should if one not in (Everything(), Nothing())]
    if Nothing() in must or Everything() in must_not or least > len(possible):
        return Nothing()
    if least == len(possible):
        must, possible, least = must + possible, [], 0
    left = Joined(
        tuple(one for one in must if one != Everything()),
        tuple(one for one in must_not if one != Nothing()),
        tuple(possible) if least > 0 else (),
        max(least, 0),
    )
    return plain(left)


def plain(clause: Joined) -> Clause:
    """The same in as few words as it can be said."""
    inner = [one for one in clause.must if isinstance(one, Joined) and not one.should]
    flat = (*(one for one in clause.must if one not in inner), *chain.from_iterable(one.must for one in inner))
    never = (*clause.must_not, *chain.from_iterable(one.must_not for one in inner))
    if not never and not clause.should:
        if not flat:
            return Everything()
        if len(flat) == 1:
            return flat[0]
    return Joined(flat, never, clause.should, clause.least)


def _part(clause: Clause, sought: Sought, fields: Mapping[str, Field], now_ms: int) -> Part:
    whole = clause if isinstance(clause, Joined) else Joined((clause,))
    left = []
    for one in whole.must:
        narrower = _narrower(one, sought, fields, now_ms)
        if narrower is None:
            left.append(one)
            sought = _with_text(one, sought, fields)
        else:
            sought = narrower
    return Part(sought, plain(replace(whole, must=tuple(left))))


def _narrower(clause: Clause, sought: Sought, fields: Mapping[str, Field], now_ms: int) -> Sought | None:
    """What is sought with one more condition on it, None when the store cannot know."""
    if isinstance(clause, Everything):
        return sought
    if isinstance(clause, OneOf) and clause.field == INTERIM and sought.kind in SCORES:
        wanted = {text_of(value) for value in clause.values} & {"true", "false"}
        return replace(sought, is_interim="true" in wanted) if len(wanted) == 1 and sought.is_interim is None else None
    return _bounded(clause, sought, fields, now_ms) if isinstance(clause, Between) else None


def _bounded(clause: Between, sought: Sought, fields: Mapping[str, Field], now_ms: int) -> Sought | None:
    columns = {SCORES.get(sought.kind or "", ""): "score"} | ({TIME: TIME} if sought.kind in TIMED else {})
    if not clause.field or clause.field not in columns:
        return None
    field = fields[clause.field]
    read = [(bound, reading(field, now_ms, value, bound, clause.format)) for bound, value in clause.bounds]
    if any(value is None for _, value in read):
        return None
    bounds = tuple((columns[clause.field], bound, value) for bound, value in read)
    return replace(sought, bounds=sought.bounds + bounds)


def _with_text(clause: Clause, sought: Sought, fields: Mapping[str, Field]) -> Sought:
    """What is sought with texts that the JSON of every result that meets the clause has in it."""
    if not isinstance(clause, OneOf | Words):
        return sought
    values = clause.values if isinstance(clause, OneOf) else (clause.text,)
    if fields.get(clause.field, Field("object", "")).kind != "keyword" or not all(map(_is_word, values)):
        return sought
    texts = tuple(orjson.dumps(value).decode() for value in values)
    return replace(sought, texts=(*sought.texts, texts))


def _is_word(value: object) -> bool:
    """Whether a value can only be a text: what looks like a number or a flag may be written in other ways."""
    if not isinstance(value, str) or value in {"true", "false"}:
        return False
    try:
        float(value)
    except ValueError:
        return True
    return False


def asked_of(clause: Clause) -> Iterator[str]:
    """The fields that a clause looks at; an object that it looks into by its path."""
    match clause:
        case Joined():
            for one in chain(clause.must, clause.must_not, clause.should):
                yield from asked_of(one)
        case Inside():
            yield clause.path
            yield from asked_of(clause.clause)
        case Named():
            yield ID
        case OneOf() | Between() | Present() | Words() | Like():
            yield clause.field
