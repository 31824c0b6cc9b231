"""Examples of the functions that the series model judges: a rise and a fall planted in hourly values."""

import numpy as np
import polars as pl
from scenes import HOUR, START, Example, Integers, Make, Planted, Reals, rhythm, rise_and_fall, sides, within, worked

HOURS = 24 * 21
FALL, RISE = 24 * 17 + 13, 24 * 19 + 13  # hours in which something is planted


def _planted(values: Reals, *, rise: float, fall: float) -> Reals:
    """(HOURS,) the values with those of two hours replaced."""
    changed = values.copy()
    changed[RISE], changed[FALL] = rise, fall
    return changed


def _readings(rng: np.random.Generator, level: Reals, spread: float | Reals, each: int = 12) -> pl.DataFrame:
    """`each` normal readings per hour around its level."""
    times, hour = within(rng, np.full(HOURS, each))
    value = rng.normal(level[hour], np.broadcast_to(spread, HOURS)[hour])
    return pl.DataFrame({"time": times, "value": value})


def count(rng: np.random.Generator) -> Example:
    expected = 30 + 90 * rhythm(HOURS)
    counts = rng.poisson(_planted(expected, rise=330, fall=0))
    detectors = sides("count")
    return Example(
        "count",
        "Requests to a web shop: an hour without any, and a burst.",
        "requests per hour",
        detectors,
        pl.DataFrame({"time": within(rng, counts)[0]}),
        rise_and_fall(detectors, RISE, FALL),
    )


def non_zero_count(rng: np.random.Generator) -> Example:
    counts = rng.poisson(_planted(np.where(worked(HOURS), 150.0, 0.0), rise=500, fall=3))
    detectors = sides("non_zero_count")
    return Example(
        "non_zero_count",
        "Letters scanned in an office that is empty at night, which says nothing: hardly any in one hour, too "
        "many in another.",
        "letters per hour",
        detectors,
        pl.DataFrame({"time": within(rng, counts)[0]}),
        rise_and_fall(detectors, RISE, FALL),
    )


def distinct_count(rng: np.random.Generator) -> Example:
    times, hour = within(rng, np.full(HOURS, 120))
    pool = _planted(20 + 20 * rhythm(HOURS), rise=2000, fall=2)
    port = (rng.random(len(hour)) * pool[hour]).astype(np.int64)
    detectors = sides("distinct_count", "port")
    return Example(
        "distinct_count",
        "Ports that a host is asked for, always 120 requests an hour: an hour in which only two "
        "are asked for, and a scan of many.",
        "different ports per hour",
        detectors,
        pl.DataFrame({"time": times, "port": port.astype(str)}),
        rise_and_fall(detectors, RISE, FALL),
    )


def info_content(rng: np.random.Generator) -> Example:
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz0123456789"))
    usual = ["".join(rng.choice(letters, 8)) for _ in range(200)]
    times, hour = within(rng, np.full(HOURS, 30))
    names = [usual[k] for k in rng.integers(0, len(usual), len(hour))]
    for k in np.flatnonzero(hour == RISE):
        names[k] = "".join(rng.choice(letters, 24))
    for k in np.flatnonzero(hour == FALL):
        names[k] = usual[0]
    detectors = sides("info_content", "subdomain")
    return Example(
        "info_content",
        "Subdomains asked for, 30 requests an hour: an hour in which the same name comes "
        "again and again, and one of long random names, as when data is smuggled out in them.",
        "information per hour [bits]",
        detectors,
        pl.DataFrame({"time": times, "subdomain": names}),
        rise_and_fall(detectors, RISE, FALL),
    )


def mean(rng: np.random.Generator) -> Example:
    level = _planted(120 + 60 * rhythm(HOURS), rise=330, fall=30)
    detectors = sides("mean", "value")
    return Example(
        "mean",
        "Answer times with a daily rhythm: an hour of suspiciously fast answers, and one of slow ones.",
        "mean answer time [ms]",
        detectors,
        _readings(rng, level, 15),
        rise_and_fall(detectors, RISE, FALL),
    )


def median(rng: np.random.Generator) -> Example:
    frame = _readings(rng, _planted(np.full(HOURS, 200.0), rise=330, fall=70), 12, each=25)
    outliers = np.where(rng.random(frame.height) < 0.05, 3000.0, 0.0)  # noqa: PLR2004 - one reading of twenty
    detectors = sides("median", "value")
    return Example(
        "median",
        "Weights with one wild reading among twenty, which the median does not mind: an hour in which most are "
        "lighter, and one in which most are heavier.",
        "median weight [g]",
        detectors,
        frame.with_columns(pl.col("value") + outliers),
        rise_and_fall(detectors, RISE, FALL),
    )


def _one_reading(frame: pl.DataFrame, hour: int, value: float) -> pl.DataFrame:
    """The frame with the first reading of an hour replaced."""
    first = frame["time"].search_sorted(START + hour * HOUR)
    changed = frame["value"].to_numpy().copy()
    changed[first] = value
    return frame.with_columns(value=changed)


def minimum(rng: np.random.Generator) -> Example:
    frame = _readings(rng, 60 + 20 * rhythm(HOURS), 4, each=20)
    return Example(
        "min",
        "Pressures, twenty readings an hour: a single low one, which the mean would hardly show.",
        "lowest pressure [kPa]",
        ("min(value)",),
        _one_reading(frame, FALL, 20.0),
        (Planted(START + FALL * HOUR, ("min(value)",)),),
    )


def maximum(rng: np.random.Generator) -> Example:
    frame = _readings(rng, 40 + 15 * rhythm(HOURS), 4, each=20)
    return Example(
        "max",
        "Temperatures, twenty readings an hour: a single hot one, which the mean would hardly show.",
        "highest temperature [°C]",
        ("max(value)",),
        _one_reading(frame, RISE, 105.0),
        (Planted(START + RISE * HOUR, ("max(value)",)),),
    )


def metric(rng: np.random.Generator) -> Example:
    level = 60 + 10 * rhythm(HOURS)
    level[FALL] = 90
    frame = _one_reading(_readings(rng, level, 4, each=20), RISE, 10.0)
    found = ("metric(value)",)
    return Example(
        "metric",
        "Pressures again: first an hour in which all are high, then a single low reading, which shows in the minimum.",
        "pressure [kPa]",
        found,
        frame,
        (Planted(START + RISE * HOUR, found), Planted(START + FALL * HOUR, found)),
    )


def _amounts(rng: np.random.Generator, counts: Integers, size: Reals) -> pl.DataFrame:
    """So many amounts per hour, each of about the size of its hour."""
    times, hour = within(rng, counts)
    return pl.DataFrame({"time": times, "value": rng.gamma(8.0, size[hour] / 8.0)})


def total(rng: np.random.Generator) -> Example:
    counts = rng.poisson(_planted(20 + 30 * rhythm(HOURS), rise=45, fall=0))
    detectors = sides("sum", "value")
    return Example(
        "sum",
        "Megabytes that leave a network: an hour without any, which counts as 0, and one of far larger transfers "
        "than usual.",
        "sent per hour [MB]",
        detectors,
        _amounts(rng, counts, _planted(np.full(HOURS, 10.0), rise=35, fall=10)),
        rise_and_fall(detectors, RISE, FALL),
    )


def non_null_sum(rng: np.random.Generator) -> Example:
    counts = rng.poisson(np.where(worked(HOURS), 80.0, 0.0))
    detectors = sides("non_null_sum", "value")
    return Example(
        "non_null_sum",
        "Takings of a shop; that it is closed at night says nothing: an hour of tiny bills, and one of far larger "
        "ones.",
        "takings per hour [€]",
        detectors,
        _amounts(rng, counts, _planted(np.full(HOURS, 25.0), rise=70, fall=1)),
        rise_and_fall(detectors, RISE, FALL),
    )


def varp(rng: np.random.Generator) -> Example:
    spread = _planted(np.full(HOURS, 3.0), rise=8, fall=0.05)
    detectors = sides("varp", "value")
    return Example(
        "varp",
        "Readings of a sensor around a steady level: an hour in which it is all but stuck, and one in which it "
        "flutters.",
        "variance [°C²]",
        detectors,
        _readings(rng, np.full(HOURS, 50.0), spread, each=60),
        rise_and_fall(detectors, RISE, FALL),
    )


EXAMPLES: tuple[Make, ...] = (
    count,
    non_zero_count,
    distinct_count,
    info_content,
    mean,
    median,
    minimum,
    maximum,
    metric,
    total,
    non_null_sum,
    varp,
)
