"""One example through the library: what was found, and whether what was planted is part of it; knows no drawing."""

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from scenes import DAY, Example, View

from unusual import Job

LOUD = 25  # record_score from which on a person would look
SEED = 1


class Found(NamedTuple):
    """A record, or one cause of it.

    at        start of its bucket [s]
    detector  as the example names it
    score     record_score
    several   multi_bucket_impact
    names     values of the splitting fields, by field
    first     whether it is the record itself or its first cause
    """

    at: int
    detector: str
    function: str
    score: float
    several: float
    actual: list[float]
    typical: list[float]
    names: dict[str, str]
    first: bool


class Missed(Exception):
    """What was planted was not found."""


class Run:
    """An example and all that came out of it."""

    def __init__(self, example: Example) -> None:
        """Runs the example."""
        plot = {"enabled": example.view is View.SERIES}
        self.example = example
        self._job = Job(*example.detectors, bucket_span=f"{example.span}s", model_plot_config=plot)
        self._job.detect(example.records)
        self._from = int(np.max(example.records["time"].to_numpy())) - example.shown_days * DAY

    @cached_property
    def found(self) -> list[Found]:
        """Every record of the time shown, in time order."""
        detectors = self.example.detectors
        records = [found for body in self._job.documents("record") for found in _found(body, detectors)]
        return [found for found in records if found.at >= self._from]

    @property
    def loudest(self) -> list[Found]:
        """The records worth a look, one of each."""
        return [found for found in self.found if found.score >= LOUD and found.first]

    @cached_property
    def plot(self) -> pl.DataFrame:
        """What the first detector expected of every bucket: at [s], model_feature, actual and the model's three."""
        columns = ("model_feature", "actual", "model_median", "model_lower", "model_upper")
        plotted = self._job.model_plot.filter(pl.col("detector_index") == 0)
        return plotted.select(pl.col("timestamp").dt.epoch("s").alias("at"), *columns)

    def shown(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of the time shown; the frame has `at` [s]."""
        return frame.filter(pl.col("at") >= self._from)

    def check(self) -> None:
        """`Missed` unless every detector found what was planted for it, with a score worth a look."""
        for planted in self.example.planted:
            heard = {found.detector for found in self.loudest if found.at == planted.at}
            if deaf := set(planted.detectors) - heard:
                raise Missed(f"{self.example.name}: {', '.join(sorted(deaf))} did not find what was planted")


def _found(record: dict[str, Any], detectors: tuple[str, ...]) -> list[Found]:
    """A record as one, or as many as it has causes."""
    causes = record.get("causes") or [record]
    return [
        Found(
            record["timestamp"] // 1000,
            detectors[record["detector_index"]],
            record["function"],
            record["record_score"],
            record["multi_bucket_impact"],
            cause["actual"],
            cause["typical"],
            _names(record) | _names(cause),
            first=number == 0,
        )
        for number, cause in enumerate(causes)
    ]


def _names(body: dict[str, Any]) -> dict[str, str]:
    return {
        body[f"{role}_field_name"]: body[f"{role}_field_value"]
        for role in ("by", "over")
        if f"{role}_field_value" in body
    }
