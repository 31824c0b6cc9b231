"""Rows of the open buckets in, scored buckets out: every detector of one job, with all it has learnt.

Knows the plan and the detect floor; knows nothing of JSON, counts or documents.
"""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from unusual.analysis.columns import number_column
from unusual.analysis.plan import DetectorPlan, Plan, Source, Weight
from unusual.detect.exclusions import Exclusion
from unusual.detect.families import feature_of
from unusual.detect.features import Feature, Judged, Pass
from unusual.detect.fields import NONE, Dictionary
from unusual.detect.schedule import Stretch
from unusual.detect.scores import Scores
from unusual.detect.splits import Split
from unusual.detect.strings import informed
from unusual.detect.tallies import Tally
from unusual.kernels.compiled import Flags, Floats, Ints, Shorts
from unusual.kernels.ranking import LEAST
from unusual.kernels.tally import Rows

Number = TypeVar("Number", bound=np.generic)

AT_ONCE = 2_000_000  # values judged in one block at most, which bounds the memory of a backfill


@dataclass(frozen=True)
class Finding:
    """One reported value of one detector.

    feature   which reading of the detector
    row       where it is in that feature's `Judged`
    surprise  -log10 of its own probability
    rarity    the same in view of how many values were judged in that bucket (Bonferroni's correction)
    """

    bucket: int
    detector: int
    feature: int
    row: int
    surprise: float
    rarity: float
    score: float


@dataclass(frozen=True)
class Concluded:
    """A stretch of buckets, judged and scored.

    events    (b,)  records in each bucket
    surprise  (b,)  of each bucket as a whole
    score     (b,)  0..100
    judged    per detector, per feature
    findings  values worth a record, sorted by bucket, detector
    """

    stretch: Stretch
    events: Ints
    surprise: Floats
    score: Floats
    judged: list[list[Judged]]
    findings: list[Finding]


class Detection:
    """All detectors of one job."""

    def __init__(self, plan: Plan) -> None:
        """A job that has learnt nothing."""
        self._plan = plan
        self.lists: dict[str, list[str]] = {}  # that rules refer to, by name
        self.dictionaries = {field: Dictionary() for field in plan.texts}
        self.splits = [Split(len(source.keys)) for source in plan.sources]
        self._tallies = [
            Tally(len(self.influencing(source)), keeps_samples=source.samples, keeps_values=source.distinct is not None)
            for source in plan.sources
        ]
        self._events = Tally(0, keeps_samples=False, keeps_values=False)
        self._features = [
            [feature_of(reading, plan.span) for reading in detector.readings] for detector in plan.detectors
        ]
        self.scores = Scores(plan.span, plan.window_days)

    def influencing(self, source: Source) -> tuple[str, ...]:
        """The influencer fields of a source that do not split it already, in order."""
        keys = {key.field for key in source.keys}
        return tuple(field for field in self._plan.influencers if field not in keys)

    def add(self, buckets: Ints, frame: pl.DataFrame) -> None:
        """Fold (k,) rows into their buckets. frame: texts, and numbers under `columns.number_column`."""
        coded: dict[tuple[str, bool], Shorts] = {}

        def codes(field: str, *, empty_counts: bool) -> Shorts:
            if (field, empty_counts) not in coded:
                column = frame[field].fill_null("") if empty_counts else frame[field]
                coded[field, empty_counts] = self.dictionaries[field].encode(column)
            return coded[field, empty_counts]

        order = None if bool(np.all(buckets[1:] >= buckets[:-1])) else np.argsort(buckets, kind="stable")
        ones = np.ones(buckets.size)
        for source, split, tally in zip(self._plan.sources, self.splits, self._tallies, strict=True):
            keys = [codes(key.field, empty_counts=key.empty_counts) for key in source.keys]
            series = split.encode(keys, buckets.size)
            value, weight, usable = self._numbers(source, frame, ones)
            values = codes(source.distinct, empty_counts=False) if source.distinct else None
            series[~usable if values is None else ~usable | (values == NONE)] = NONE
            fields = [codes(field, empty_counts=False) for field in self.influencing(source)]
            rows = Rows(
                _ordered(buckets, order), _ordered(series, order), _ordered(value, order), _ordered(weight, order)
            )
            values = None if values is None else _ordered(values, order)
            tally.add(rows, split.size, [_ordered(field, order) for field in fields], values)
        for detector, features in zip(self._plan.detectors, self._features, strict=True):
            for feature in features:
                feature.grow(self.splits[detector.source])
        nothing = np.zeros(buckets.size, np.int32)
        self._events.add(Rows(_ordered(buckets, order), nothing, ones, ones), 1, [], None)

    def _numbers(self, source: Source, frame: pl.DataFrame, ones: Floats) -> tuple[Floats, Floats, Flags]:
        """Value and weight of each row, and whether it has both."""
        value, weight = ones, ones
        usable = np.ones(ones.size, np.bool_)
        if source.number is not None:
            value = frame[number_column(source.number)].fill_null(np.nan).to_numpy()
            usable &= ~np.isnan(value)
        if self._plan.summary is not None:
            count = frame[number_column(self._plan.summary)].fill_null(0.0).to_numpy()
            usable &= count > 0.0
            weight = count if source.weight is Weight.SUMMARY else ones
        return value, weight, usable

    def conclude(self, stretch: Stretch, *, interim: bool) -> Concluded:
        """Judge and score a stretch of buckets; unless `interim`, they leave the open buckets.

        They are learnt unless they are interim or an event forbids it, and have no scores where an event forbids that.
        """
        first, until = stretch.first, stretch.until
        how = Pass(interim=interim, teach=stretch.learnt and not interim)
        judged: list[list[Judged]] = []
        closed = [tally.peek(first, until) if interim else tally.close(until) for tally in self._tallies]
        for number, source in enumerate(self._plan.sources):
            if source.informed and source.distinct is not None:
                closed[number] = informed(closed[number], self.dictionaries[source.distinct])
        for detector, features in zip(self._plan.detectors, self._features, strict=True):
            entries, exclusion = closed[detector.source], self._exclusion(detector)
            judged.append([feature.block(entries, first, until, how, exclusion) for feature in features])
        events = self._events.peek(first, until) if interim else self._events.close(until)
        counts = np.zeros(until - first, np.int64)
        counts[events.entries["bucket"] - first] = events.entries["n"].astype(np.int64)
        if stretch.silent:
            nothing = np.zeros(until - first)
            return Concluded(stretch, counts, nothing, nothing, judged, [])
        edges = np.arange(first, until + 1)
        surprises, starts = _by_bucket([j for features in judged for j in features], edges)
        joined = self.scores.join(surprises, starts, teach=how.teach)
        score = self.scores.rank("bucket", joined, np.arange(edges.size), teach=how.teach)
        findings = self._findings(judged, edges, np.diff(starts), teach=how.teach)
        return Concluded(stretch, counts, joined, score, judged, findings)

    def _exclusion(self, detector: DetectorPlan) -> Exclusion | None:
        if not detector.rules:
            return None
        return Exclusion(detector.rules, self.splits[detector.source], self.dictionaries, self.lists)

    @property
    def features(self) -> list[list[Feature]]:
        """The features of each detector."""
        return self._features

    @property
    def at_once(self) -> int:
        """How many buckets may be concluded together."""
        exclusions = (self._exclusion(detector) for detector in self._plan.detectors)
        if any(exclusion is not None and exclusion.learning_needs_typical for exclusion in exclusions):
            return 1
        return max(1, AT_ONCE // max(1, self.series))

    @property
    def series(self) -> int:
        """How many series all detectors watch."""
        return sum(self.splits[detector.source].size for detector in self._plan.detectors)

    def _findings(self, judged: list[list[Judged]], edges: Ints, crowd: Ints, *, teach: bool) -> list[Finding]:
        """The values worth a record. crowd: (b,) how many values were judged in each bucket."""
        columns = []
        for detector, features in enumerate(judged):
            rows = [np.flatnonzero(feature.surprise > LEAST) for feature in features]
            index = np.concatenate(rows)
            feature = np.repeat(np.arange(len(rows)), [len(r) for r in rows])
            picked = [(j.bucket[r], j.series[r], j.surprise[r]) for j, r in zip(features, rows, strict=True)]
            bucket, series, surprise = (np.concatenate(column) for column in zip(*picked, strict=True))
            order = np.lexsort((-surprise, series, bucket))
            same = (np.diff(bucket[order]) == 0) & (np.diff(series[order]) == 0)
            order = order[np.concatenate([[True], ~same])] if order.size else order
            number = np.full(order.size, detector)
            columns.append((bucket[order], number, feature[order], index[order], surprise[order]))
        bucket, number, feature, row, surprise = (np.concatenate(column) for column in zip(*columns, strict=True))
        order = np.argsort(bucket, kind="stable")
        bucket, surprise = bucket[order], surprise[order]
        rarity = surprise - np.log10(np.maximum(crowd[bucket - edges[0]], 1))
        score = self.scores.rank("record", rarity, np.searchsorted(bucket, edges), teach=teach)
        kept = score > 0.0
        table = (bucket, number[order], feature[order], row[order], surprise, rarity, score)
        return [Finding(*values) for values in zip(*(column[kept].tolist() for column in table), strict=True)]

    def forget(self, first: int, until: int) -> None:
        """Drop what the open buckets first .. until - 1 hold."""
        for tally in (*self._tallies, self._events):
            tally.forget(first, until)

    @property
    def bytes(self) -> int:
        """Memory of everything learnt and open [bytes]."""
        learnt = sum(feature.bytes for features in self._features for feature in features)
        named = sum(dictionary.bytes for dictionary in self.dictionaries.values())
        return learnt + named + sum(tally.bytes for tally in self._tallies)

    def state(self) -> dict[str, Any]:
        """Everything learnt and the open buckets."""
        return {
            "dictionaries": {field: known.values for field, known in self.dictionaries.items()},
            "splits": [split.state() for split in self.splits],
            "tallies": [tally.state() for tally in self._tallies],
            "events": self._events.state(),
            "features": [[feature.state() for feature in features] for features in self._features],
            "scores": self.scores.state(),
            "lists": self.lists,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken, for the same plan."""
        self.dictionaries = {field: Dictionary(values) for field, values in state["dictionaries"].items()}
        self.splits = [Split.restore(part) for part in state["splits"]]
        for tally, part in zip((*self._tallies, self._events), (*state["tallies"], state["events"]), strict=True):
            tally.restore(part)
        for features, parts in zip(self._features, state["features"], strict=True):
            for feature, part in zip(features, parts, strict=True):
                feature.restore(part)
        self.scores.restore(state["scores"])
        self.lists = state["lists"]


def _ordered(column: NDArray[Number], order: Ints | None) -> NDArray[Number]:
    return column if order is None else column[order]


def _by_bucket(judged: list[Judged], edges: Ints) -> tuple[Floats, Ints]:
    """The surprises of several features sorted by bucket, and where each bucket begins."""
    if len(judged) == 1:
        return judged[0].surprise, np.searchsorted(judged[0].bucket, edges)
    bucket = np.concatenate([feature.bucket for feature in judged])
    order = np.argsort(bucket, kind="stable")
    surprise = np.concatenate([feature.surprise for feature in judged])
    return surprise[order], np.searchsorted(bucket[order], edges)
