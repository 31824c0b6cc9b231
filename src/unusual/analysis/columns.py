"""Records as columns: times in milliseconds, texts and numbers of the analysed fields; knows dtypes, not JSON."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from unusual.analysis.zones import UTC, Zone, zone_of
from unusual.kernels.arrays import Floats, Ints
from unusual.kernels.geography import packed
from unusual.models.lanes import parts_of, side_by_side
from unusual.schema.time_patterns import strptime_format, zone_name

EPOCH, EPOCH_MS = "epoch", "epoch_ms"
MOMENT = "moment:"  # the column of times, named as no field of a record is
CLOCK = "clock:"  # the number that is a record's own time by local clocks, whole seconds since the epoch
EARLIEST, LATEST = -62_135_596_800_000, 253_402_300_799_999  # the years 1 to 9999 [ms]


@dataclass(frozen=True)
class Shape:
    """Which columns a job needs.

    time         the time field; `time_format` epoch, epoch_ms or a Java date pattern
    texts        fields read as strings
    numbers      fields read as numbers
    places       fields read as "latitude,longitude"
    clocked      whether times are wanted as numbers, too
    zone         whose clocks those numbers show
    """

    time: str
    time_format: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    places: tuple[str, ...] = ()
    clocked: bool = False
    zone: Zone = UTC

    @property
    def schema(self) -> dict[str, type[pl.DataType]]:
        """The column types of a reader: numbers only where nothing else is wanted of a field."""
        types: dict[str, type[pl.DataType]] = dict.fromkeys(self.numbers, pl.Float64)
        types.update(dict.fromkeys((*self.texts, *self.places), pl.String))
        types[self.time] = pl.Float64 if self.time_format in (EPOCH, EPOCH_MS) else pl.String
        return types


@dataclass(frozen=True)
class Columns:
    """Records with a readable time, (k,) each.

    times  [ms]
    frame  `texts` as strings, `numbers` and `places` as floats under `number_column`; null where missing
    """

    times: Ints
    frame: pl.DataFrame


def number_column(field: str) -> str:
    """The name of a field's numbers, apart from its texts."""
    return f"number:{field}"


def place_name(field: str) -> str:
    """What a field is called where its places are numbers (`kernels.geography`)."""
    return f"place:{field}"


def columns_of(frame: pl.DataFrame, shape: Shape) -> tuple[Columns, int]:
    """The columns of a frame, and how many of its records have no readable time. Absent fields are null."""
    present = set(frame.columns)
    absent = [field for field in shape.schema if field not in present]
    if absent:
        frame = frame.with_columns(pl.lit(None, pl.String).alias(field) for field in absent)
    wanted = [milliseconds(frame[shape.time], shape.time_format).alias(MOMENT)]
    wanted += [_text(frame[field]) for field in shape.texts]
    wanted += [_number(frame[field]).alias(number_column(field)) for field in shape.numbers]
    wanted += [_place(frame[field]).alias(number_column(place_name(field))) for field in shape.places]
    if shape.clocked:
        wanted.append(_clock(wanted[0], shape.zone).alias(number_column(CLOCK)))
    whole = pl.DataFrame(wanted)
    if whole[MOMENT].null_count():
        whole = whole.filter(pl.col(MOMENT).is_not_null())
    unreadable = frame.height - whole.height
    # Taken out in place: to make a frame without it is for small posts what takes longest.
    times = np.ascontiguousarray(whole.drop_in_place(MOMENT).to_numpy(), np.int64)
    return Columns(times, whole), unreadable


def milliseconds(column: pl.Series, time_format: str) -> pl.Series:
    """Times as whole milliseconds since the epoch, null where unreadable or outside the years 1 to 9999."""
    if column.dtype.is_temporal():
        return column.dt.epoch("ms")
    if time_format in (EPOCH, EPOCH_MS):
        scale = 1000.0 if time_format == EPOCH else 1.0
        return _rounded(column.cast(pl.Float64, strict=False).to_numpy() * scale).alias(column.name)
    text, named = column.cast(pl.String), zone_name(time_format)
    pattern = strptime_format(time_format)
    told = text.str.to_datetime(pattern, time_unit="ms", time_zone="UTC", strict=False).dt.epoch("ms")
    return told if named is None else _universal(told, text.str.extract(named))


def _rounded(exact: Floats) -> pl.Series:
    """Times [ms] without their fractions, null where there is none, or one outside the years 1 to 9999."""
    # By NumPy, as all that is done with numbers here: an operation on a column costs as much as a thousand values.
    known = (exact >= EARLIEST) & (exact <= LATEST)
    if known.all():
        return pl.Series(np.floor(exact).astype(np.int64))
    return pl.Series(np.floor(np.where(known, exact, 0.0)).astype(np.int64)).set(pl.Series(~known), None)


def _universal(local: pl.Series, names: pl.Series) -> pl.Series:
    """Times [ms] by the clocks of named zones as those of UTC, null where no zone has the name."""
    times = local.fill_null(0).to_numpy().copy()
    known = local.is_not_null().to_numpy().copy()
    codes = names.to_numpy()
    for name in names.unique().to_list():
        here = codes == name
        zone = zone_of(name)
        known[here] &= zone is not None
        if zone is not None:
            seconds = times[here] // 1000
            times[here] -= 1000 * zone.ahead(seconds - zone.ahead(seconds))
    return pl.Series(times).set(pl.Series(~known), None)


def _clock(times: pl.Series, zone: Zone) -> pl.Series:
    """What local clocks show at times [ms], as if they were those of UTC [s]."""
    seconds = times.fill_null(0).to_numpy() // 1000
    return pl.Series((seconds + zone.ahead(seconds)).astype(np.float64))


def _text(column: pl.Series) -> pl.Series:
    return column if column.dtype == pl.String else column.cast(pl.String)


def _number(column: pl.Series) -> pl.Series:
    numbers = column if column.dtype == pl.Float64 else column.cast(pl.Float64, strict=False)
    values = numbers.to_numpy()
    finite = np.isfinite(values)
    return numbers if finite.all() else pl.Series(np.where(finite, values, np.nan), nan_to_null=True)


def _place(column: pl.Series) -> pl.Series:
    """Places as numbers; null where a text is no latitude and longitude."""
    texts = _text(column)
    numbers = side_by_side([partial(_packed, texts[part]) for part in parts_of(len(texts))], len(texts))
    return pl.Series(np.concatenate(numbers)).fill_nan(None)


def _packed(texts: pl.Series) -> Floats:
    """(k,) the same, NaN where a text is none."""
    parts = texts.str.split_exact(",", 2).struct.unnest()
    latitude, longitude, more = (parts.get_column(name) for name in parts.columns)
    north, east = (
        part.str.strip_chars().cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
        for part in (latitude, longitude.set(more.is_not_null(), None))
    )
    return packed(north, east)
