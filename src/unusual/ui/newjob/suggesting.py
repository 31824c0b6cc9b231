"""What a new job could look for, and in buckets of which length, with the reasons; knows records, no job."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from unusual.schema.durations import Duration
from unusual.ui.newjob.profile import Kind, Profile
from unusual.ui.wording import count

SPANS: Final = ("10s", "30s", "1m", "5m", "10m", "15m", "30m", "1h", "2h", "6h", "12h", "1d")
FULL: Final = 0.95  # the share of buckets that should hold data
ENOUGH: Final = 100  # buckets to learn what is usual from
PER_VALUE: Final = 20  # records that a series should have
MOST_NUMBERS: Final = 4
_ADDED_UP: Final = ("count", "bytes", "total", "requests", "errors", "sum", "packets")


@dataclass(frozen=True)
class Suggestion:
    """A detector as a line of text, why it may be of use, and whether it is chosen at first."""

    detector: str
    why: str
    chosen: bool = True


@dataclass(frozen=True)
class Span:
    """The length of a bucket, and what speaks for it."""

    text: str
    reasons: tuple[str, ...]


def split_of(found: Sequence[Profile]) -> Profile | None:
    """The field whose values nearly all have enough records for series of their own: of several, that with the most."""
    names = [one for one in found if one.kind is Kind.NAME and one.distinct > 1 and one.filled >= FULL]
    able = [one for one in names if one.usual >= PER_VALUE and one.seldom <= (1 - FULL) * one.distinct]
    return max(able, key=lambda one: one.distinct, default=None)


def detectors(found: Sequence[Profile]) -> list[Suggestion]:
    """What could be looked for, the likeliest first."""
    split = split_of(found)
    apart = f" partition={_quoted(split.field)}" if split else ""
    each = f", for each of the {count(split.distinct)} values of {split.field}" if split else ""
    numbers = [one for one in found if one.kind is Kind.NUMBER][:MOST_NUMBERS]
    told = [
        Suggestion(f"{_function(one.field)}({_quoted(one.field)}){apart}", f"{one.field} is a number{each}")
        for one in numbers
    ]
    told.append(Suggestion(f"count{apart}", f"more or fewer records than usual{each}", chosen=not numbers))
    told += [
        Suggestion(
            f"rare by {_quoted(one.field)}",
            f"of the {count(one.distinct)} values of {one.field}, {count(one.seldom)} come seldom",
            chosen=False,
        )
        for one in found
        if one.kind is Kind.NAME and one.seldom
    ]
    if any(one.kind is Kind.TEXT for one in found):
        told.append(Suggestion("count by mlcategory", "lines of text fall into categories", chosen=not numbers))
    return told


def categorized(found: Sequence[Profile]) -> str | None:
    """The field whose lines of text fall into categories, None without one."""
    return next((one.field for one in found if one.kind is Kind.TEXT), None)


def influencers(found: Sequence[Profile]) -> list[str]:
    """The fields whose values may be to blame."""
    return [one.field for one in found if one.kind is Kind.NAME and one.distinct > 1]


def span(records: pl.DataFrame, time_field: str, split: str | None) -> Span:
    """The shortest usual length whose buckets hold data; records as of `uploaded.timed`."""
    times = records[time_field]
    lasting_s = max(1, (int(times[-1]) - int(times[0])) // 1000)
    chosen, shares = SPANS[-1], {}
    for text in SPANS:
        shares[text] = _full(records, time_field, split, Duration(text).seconds)
        if shares[text] >= FULL:
            chosen = text
            break
    buckets = lasting_s // Duration(chosen).seconds
    reasons = [f"with {chosen}, {shares[chosen]:.0%} of the buckets hold data" + (f" of each {split}" if split else "")]
    before = SPANS[SPANS.index(chosen) - 1] if chosen != SPANS[0] else None
    if before is not None:
        reasons.append(f"with {before} it would be {shares[before]:.0%}")
    enough = "enough" if buckets >= ENOUGH else "few"
    reasons.append(f"the history has {count(buckets)} buckets of {chosen}, which is {enough} to learn from")
    return Span(chosen, tuple(reasons))


def _full(records: pl.DataFrame, time_field: str, split: str | None, span_s: int) -> float:
    """The share of buckets that hold data, between the first record and the last one; of each series, on the whole."""
    bucket = (pl.col(time_field) // (span_s * 1000)).alias("bucket")
    held = records.select(bucket, *([pl.col(split)] if split else [])).unique().height
    series = records[split].n_unique() if split else 1
    first, last = int(records[time_field][0]), int(records[time_field][-1])
    buckets = last // (span_s * 1000) - first // (span_s * 1000) + 1
    return held / (buckets * series)


def _function(field: str) -> str:
    return "sum" if any(word in field.lower() for word in _ADDED_UP) else "mean"


def _quoted(field: str) -> str:
    plain = field.replace("_", "").replace(".", "").replace("@", "").isalnum()
    return field if plain else f'"{field}"'
