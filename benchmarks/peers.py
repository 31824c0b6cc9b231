"""Detectors and log parsers of other projects beside this one, on the same values and lines; prints rates as JSON.

Their own code as installed, on the bucket values of a case; parsing and grouping are left out. They do less: none finds
its seasons, makes scores alike, blames influencers or makes results. A program of its own, so that its memory does not
count in the process that measures.
"""

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
import polars as pl
import stumpy
from cases import CASES, Case
from drain3 import TemplateMiner
from limit import schema
from river.anomaly import GaussianScorer
from river.time_series import HoltWinters
from statsforecast.models import AutoETS

from unusual import Job
from unusual.categorization.categorizer import Categorizer
from unusual.kernels.walk import BOTH, NOTHING, Block, Measure, Parts
from unusual.models.series import SeriesModel

PATIENCE: Final = 4.0  # seconds after which a peer has shown how fast it is
A_DAY: Final = 86_400
AT_ONCE: Final = 1_000  # values between two looks at the clock
FIRST: Final = 100  # values of a series that a matrix profile begins with
WINDOW: Final = 48  # values of a subsequence of a matrix profile
FITTED: Final = 200  # values of a series that a model is fitted to at once
REPEATED: Final = 30  # times that the lines of each system are taken
LOGS: Final = "logs"
TIME, ENTITY, VALUE = "time", "entity", "value"


def bucket_values(case: Case, source: Path) -> pl.DataFrame:
    """One row per bucket and series, in time order."""
    rows = pl.read_ndjson(source, schema=schema(case.entity, case.value))
    entity = pl.col(case.entity) if case.entity else pl.lit("all")
    keys = [pl.col("time") // case.span * case.span, entity.alias(ENTITY)]
    return rows.group_by(keys).agg(pl.col(case.value or VALUE).mean().alias(VALUE)).sort(TIME, ENTITY)


def this_project(case: Case, values: pl.DataFrame) -> Iterator[int]:
    """Every channel, scores, influencers and results."""
    mean = {"function": "mean", "field_name": VALUE, "partition_field_name": ENTITY}
    job = Job(mean, bucket_span=f"{case.span}s", influencers=[ENTITY])
    for piece in values.iter_slices(max(AT_ONCE, values.height // 20)):
        job.feed(piece)
        yield piece.height


def these_models(case: Case, values: pl.DataFrame) -> Iterator[int]:
    """What is expected of every value, how surprising it is and how new to its series; then learning."""
    series = values[ENTITY].rank("dense").to_numpy().astype(np.int64) - 1
    buckets = values[TIME].to_numpy() // case.span
    model = SeriesModel(case.span)
    model.grow(int(series.max()) + 1)
    measure = Measure(case.span, BOTH, 0.0, A_DAY / case.span, NOTHING, math.inf)
    size, nobody = max(AT_ONCE, values.height // 20), np.zeros(0)
    for first in range(0, values.height, size):
        part = slice(first, first + size)
        ones = np.ones(series[part].size)
        block = Block(buckets[part], series[part], values[VALUE].to_numpy()[part], ones, ones > 0.0)
        none = np.zeros(ones.size, np.int64)
        model.walk(measure, block, Parts(none, none, nobody, nobody, nobody, nobody, nobody), teach=True)
        yield ones.size


def holt_winters(case: Case, values: pl.DataFrame) -> Iterator[int]:
    """River, value by value: the error of a forecast, then learning."""
    season = A_DAY // case.span
    models: defaultdict[str, Any] = defaultdict(
        partial(HoltWinters, alpha=0.3, beta=0.1, gamma=0.5, seasonality=season)
    )
    for piece in values.iter_slices(AT_ONCE):
        for entity, value in piece.select(ENTITY, VALUE).iter_rows():
            model = models[entity]
            if model.level:
                _ = value - model.forecast(1)[0]
            model.learn_one(value)
        yield piece.height


def gaussian_scorer(_: Case, values: pl.DataFrame) -> Iterator[int]:
    """River, value by value: a score by mean and variance alone, then learning."""
    models: defaultdict[str, Any] = defaultdict(GaussianScorer)
    for piece in values.iter_slices(AT_ONCE):
        for entity, value in piece.select(ENTITY, VALUE).iter_rows():
            models[entity].score_one(None, value)
            models[entity].learn_one(None, value)
        yield piece.height


def matrix_profile(_: Case, values: pl.DataFrame) -> Iterator[int]:
    """stumpy, value by value, one series after the other."""
    for one in values.partition_by(ENTITY):
        series = one[VALUE].to_numpy()
        profile = stumpy.stumpi(series[:FIRST], m=WINDOW, egress=True)
        for value in series[FIRST:]:
            profile.update(value)
            yield 1


def exponential_smoothing(_: Case, values: pl.DataFrame) -> Iterator[int]:
    """statsforecast: the best of the exponential smoothings, fitted to many values at once."""
    for piece in values.sort(ENTITY, TIME).iter_slices(FITTED):
        AutoETS(season_length=1).forecast(y=piece[VALUE].to_numpy(), h=1, fitted=True, level=[99])
        yield piece.height


DETECTORS: dict[str, Callable[[Case, pl.DataFrame], Iterator[int]]] = {
    "unusual, the whole analysis": this_project,
    "unusual, the models of series alone": these_models,
    "River HoltWinters": holt_winters,
    "River GaussianScorer": gaussian_scorer,
    "stumpy stumpi": matrix_profile,
    "statsforecast AutoETS, batch fit": exponential_smoothing,
}


def this_categorizer(lines: list[str]) -> Iterator[int]:
    """Categories of lines, learning included."""
    categorizer = Categorizer()
    for first in range(0, len(lines), AT_ONCE):
        categorizer.assign(lines[first : first + AT_ONCE])
        yield AT_ONCE


def drain(lines: list[str]) -> Iterator[int]:
    """Drain3, line by line."""
    miner = TemplateMiner()
    for line in lines:
        miner.add_log_message(line)
        yield 1


PARSERS: dict[str, Callable[[list[str]], Iterator[int]]] = {
    "unusual, categories": this_categorizer,
    "Drain3, default settings": drain,
}


def log_lines(folder: Path) -> list[str]:
    """Lines of many systems, many times over, mixed."""
    lines = [line for path in sorted(folder.glob("*.log")) for line in path.read_text("utf-8").splitlines()]
    mixed: list[str] = np.random.default_rng(7).permutation(np.array(lines * REPEATED, object)).tolist()
    return mixed


def rate(work: Iterator[int]) -> float:
    """Values a second of work that tells how many values each of its steps took, until patience ends."""
    next(work)  # what is compiled or loaded on the way
    start, done = perf_counter(), 0
    for values in work:
        done += values
        if perf_counter() - start > PATIENCE:
            break
    return done / (perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("key", choices=[LOGS, *(key for key, case in CASES.items() if case.value)])
    parser.add_argument("source", type=Path, help="the file of the case, or the folder of logs")
    asked = parser.parse_args()
    if asked.key == LOGS:
        lines = log_lines(asked.source)
        rates = {name: rate(peer(lines)) for name, peer in PARSERS.items()}
    else:
        case = CASES[asked.key]
        values = bucket_values(case, asked.source)
        rates = {name: rate(peer(case, values)) for name, peer in DETECTORS.items()}
    print(json.dumps(rates))


if __name__ == "__main__":
    main()
