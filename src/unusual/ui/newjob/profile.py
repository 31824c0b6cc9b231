"""What the fields of some records hold: types, how many different values, how they are spread; knows no job."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from unusual.ui.newjob.uploaded import milliseconds_of
from unusual.ui.wording import count, moment

MOST_SHOWN: Final = 3
BINS: Final = 16
BARS: Final = " ▁▂▃▄▅▆▇█"
SELDOM: Final = 0.1
FEW: Final = 20  # different whole numbers that are rather names than amounts
LONG_WORDS: Final = 3  # spaces in what is rather a line of text than a name


class Kind(StrEnum):
    """What a field is good for."""

    TIME = "time"
    NUMBER = "number"
    NAME = "name"
    TEXT = "text"
    OTHER = "other"


@dataclass(frozen=True)
class Profile:
    """What one field holds.

    distinct  how many different values
    filled    the share of records that have it
    usual     how many records the value in the middle has, by frequency
    seldom    how many values have less than a tenth of that
    spread    how often values are in each part of their range, or the most frequent values
    """

    field: str
    kind: Kind
    distinct: int
    filled: float
    usual: int
    seldom: int
    spread: str

    def row(self) -> dict[str, object]:
        """As a row of a table."""
        return {
            "field": self.field,
            "kind": self.kind.value,
            "distinct": count(self.distinct),
            "filled": f"{self.filled:.0%}",
            "spread": self.spread,
        }


HEADINGS: Final = {
    "field": "Field",
    "kind": "Kind",
    "distinct": "Distinct",
    "filled": "Filled",
    "spread": "Distribution",
}


def profiles(frame: pl.DataFrame, time_field: str) -> list[Profile]:
    """Each field's profile, in the order of the fields."""
    return [_profile(frame[name], is_time=name == time_field) for name in frame.columns]


def _profile(column: pl.Series, *, is_time: bool) -> Profile:
    known = column.drop_nulls()
    kind = Kind.TIME if is_time else _kind(known)
    countable = not column.dtype.is_nested()
    counts = known.value_counts(sort=True) if kind in (Kind.NAME, Kind.TEXT) else None
    usual = 0 if counts is None else int(counts["count"][counts.height // 2])
    return Profile(
        field=column.name,
        kind=kind,
        distinct=known.n_unique() if countable else 0,
        filled=known.len() / max(1, column.len()),
        usual=usual,
        seldom=0 if counts is None else int((counts["count"] < usual * SELDOM).sum()),
        spread=_spread(known, kind, counts),
    )


def _spread(known: pl.Series, kind: Kind, counts: pl.DataFrame | None) -> str:
    if counts is not None:
        return _frequent(counts)
    if kind is Kind.TIME:
        times = milliseconds_of(known).drop_nulls()
        return " to ".join(moment(int(at)) for at in (times.min(), times.max()) if isinstance(at, int))
    return _range(known) if kind is Kind.NUMBER else ""


def _kind(known: pl.Series) -> Kind:
    if known.is_empty() or known.dtype.is_nested():
        return Kind.OTHER
    if known.dtype == pl.Boolean or (known.dtype.is_integer() and known.n_unique() <= FEW):
        return Kind.NAME
    if known.dtype.is_numeric():
        return Kind.NUMBER
    if known.dtype != pl.String:
        return Kind.OTHER
    words = known.head(1_000).str.count_matches(" ").mean()
    return Kind.TEXT if isinstance(words, int | float) and words >= LONG_WORDS else Kind.NAME


def _range(known: pl.Series) -> str:
    """The ends of the range, and between them how often values are in each part of it."""
    numbers = known.cast(pl.Float64, strict=False).drop_nulls().drop_nans()
    numbers = numbers.filter(numbers.is_finite())
    low, high = numbers.min(), numbers.max()
    if not isinstance(low, float) or not isinstance(high, float):
        return ""
    ends = f"{low:g}", f"{high:g}"
    if low == high:
        return ends[0]
    parts = ((numbers - low) / (high - low) * BINS).floor().clip(0, BINS - 1).cast(pl.Int64)
    held = [int((parts == part).sum()) for part in range(BINS)]
    steps = len(BARS) - 1
    return f"{ends[0]} {''.join(BARS[-(-number * steps // max(held))] for number in held)} {ends[1]}"


def _frequent(counts: pl.DataFrame) -> str:
    total = counts["count"].sum()
    shown = counts.head(MOST_SHOWN).rows()
    told = ", ".join(f"{str(value)[:40]} {number / total:.0%}" for value, number in shown)
    return told + (", …" if counts.height > MOST_SHOWN else "")
