"""How the series of a job go on: a forecast as result documents, in pieces that neither fill memory nor block.

Knows the plan, the detection and wording; knows nothing of the buckets under way, and changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import orjson

from unusual.analysis.control import Document, Forecast, Result, Seconds
from unusual.analysis.detection import Detection
from unusual.analysis.naming import feature_name, series_fields
from unusual.analysis.plan import DetectorPlan, Plan
from unusual.analysis.subjects import subjects_of
from unusual.detect.correlated import Correlated
from unusual.detect.frequent import WithoutFrequent
from unusual.detect.individual import Individual
from unusual.kernels.arrays import Ints
from unusual.schema.forecast_terms import FAILED, FINISHED, KIND, REQUEST_KIND, STARTED

A_PIECE: Final = 10_000  # documents at a time
MOST: Final = 1_000_000  # documents of one forecast

NOTHING_KNOWN: Final = "no series has seen enough values to be continued"


class Strand(NamedTuple):
    """Series of one feature that are continued."""

    detector: DetectorPlan
    feature: int
    individual: Individual
    series: Ints


@dataclass(frozen=True)
class Part:
    """What is continued in one go: some series of a strand over buckets first .. until - 1."""

    strand: Strand
    series: Ints
    first: int
    until: int


class Outlook:
    """A forecast under way; nothing may be learnt until it is done.

    done  whether all of it was given out
    """

    def __init__(
        self, plan: Plan, detection: Detection, asked: Forecast, end: Seconds, stopwatch: Callable[[], float]
    ) -> None:
        """end: of the last final bucket; stopwatch: seconds that only grow, for the processing time."""
        self.done = False
        self._plan = plan
        self._detection = detection
        self._asked = asked
        self._stopwatch = stopwatch
        self._began = stopwatch()
        self._messages: list[str] = []
        self._strands, self._memory_bytes = self._chosen()
        self._records = 0
        self._expected = sum(strand.series.size for strand in self._strands) * asked.buckets
        first = end // plan.span - 1
        self._parts = self._cut(first, first + asked.buckets)

    def piece(self) -> list[Result]:
        """The next documents, and last among them the stats of the request so far."""
        part = next(self._parts, None)
        results = [] if part is None else self._documents(part)
        self._records += len(results)
        self.done = self._records == self._expected
        return [*results, self._stats()]

    def _chosen(self) -> tuple[list[Strand], int]:
        """What is continued, those seen first before others, and the memory of their models [bytes]."""
        strands = []
        room, memory, left_out = MOST // self._asked.buckets, 0, 0
        for detector, number, individual in self._individuals():
            known, each = individual.model.known, individual.model.bytes_each
            series = known[: max(0, min(room, (self._asked.memory_bytes - memory) // each))]
            room -= series.size
            memory += series.size * each
            left_out += known.size - series.size
            strands.append(Strand(detector, number, individual, series))
        if left_out:
            self._messages.append(
                f"[{left_out}] series were left out: a forecast has at most [{MOST}] results, "
                f"and the models of its series may take [{self._asked.memory_bytes}] bytes"
            )
        return strands, memory

    def _individuals(self) -> Iterator[tuple[DetectorPlan, int, Individual]]:
        """The features that follow a value over time, each with its detector and its number there."""
        for detector, features in zip(self._plan.detectors, self._detection.features, strict=True):
            for number, feature in enumerate(features):
                plain = feature
                while isinstance(plain, WithoutFrequent | Correlated):
                    plain = plain.feature
                if isinstance(plain, Individual):
                    yield detector, number, plain
                else:
                    self._messages.append(f"detector [{detector.index}] follows no value that could be continued")

    def _cut(self, first: int, until: int) -> Iterator[Part]:
        for strand in self._strands:
            rows = max(1, A_PIECE // (until - first))
            for row in range(0, strand.series.size, rows):
                for start in range(first, until, A_PIECE):
                    yield Part(strand, strand.series[row : row + rows], start, min(until, start + A_PIECE))

    def _documents(self, part: Part) -> list[Result]:
        starts = np.arange(part.first, part.until) * self._plan.span
        course = part.strand.individual.course(part.series, part.first, self._plan.zone.ahead(starts))
        values = np.stack(course, axis=-1).tolist()
        results = []
        for series, rows in zip(part.series.tolist(), values, strict=True):
            common = self._common(part.strand, series)
            entity = f"{common['forecast_id']}:{part.strand.detector.index}:{part.strand.feature}:{series}"
            subjects = subjects_of(common)
            for bucket, (lower, expected, upper) in enumerate(rows, start=part.first):
                timestamp = bucket * self._plan.span * 1000
                document = common | {
                    "timestamp": timestamp,
                    "forecast_lower": lower,
                    "forecast_upper": upper,
                    "forecast_prediction": expected,
                }
                body = orjson.dumps(document)
                results.append(Result(KIND, timestamp, entity, 0.0, is_interim=False, body=body, subjects=subjects))
        return results

    def _common(self, strand: Strand, series: int) -> Document:
        detector = strand.detector
        return {
            "job_id": self._plan.job_id,
            "result_type": KIND,
            "forecast_id": self._asked.request["forecast_id"],
            "bucket_span": self._plan.span,
            "detector_index": detector.index,
            "model_feature": feature_name(detector, strand.feature),
            **series_fields(self._plan, self._detection, detector, series),
        }

    def _stats(self) -> Result:
        """The request as it stands; it has failed when nothing can be continued."""
        request = self._asked.request
        took_ms = int((self._stopwatch() - self._began) * 1000)
        expected = self._expected
        document = request | {
            "forecast_status": (FINISHED if expected else FAILED) if self.done else STARTED,
            "forecast_progress": self._records / expected if expected else 1.0,
            "forecast_messages": self._messages if expected else self._messages or [NOTHING_KNOWN],
            "forecast_memory_bytes": self._memory_bytes,
            "processed_record_count": self._records,
            "processing_time_ms": took_ms,
        }
        if self.done:
            document["forecast_end_timestamp"] = request["forecast_start_timestamp"] + took_ms
        body = orjson.dumps(document)
        return Result(REQUEST_KIND, request["timestamp"], request["forecast_id"], 0.0, is_interim=False, body=body)
