"""Rows of the open buckets in, scored buckets out: every detector of one job, with all it has learnt.

Knows the plan and the detect floor; knows nothing of JSON, counts or documents.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from unusual.analysis.bounded import plotted_series
from unusual.analysis.columns import number_column
from unusual.analysis.entities import Entities, Staying
from unusual.analysis.plan import DAY, DetectorPlan, Plan, Source, Weight
from unusual.analysis.standings import Finding, Standings, Whole, unranked
from unusual.detect.exclusions import Exclusion
from unusual.detect.families import feature_of
from unusual.detect.features import Cost, Feature, Judged, Pass, Sparing
from unusual.detect.fields import NONE
from unusual.detect.frequent import without_frequent
from unusual.detect.functions import SAMPLED, Value
from unusual.detect.habits import EACH, Customs
from unusual.detect.schedule import Stretch
from unusual.detect.strings import informed
from unusual.detect.tallies import Closed, Held, Tally
from unusual.kernels.arrays import Flags, Floats, Ints
from unusual.kernels.tally import Rows
from unusual.models.lanes import side_by_side

Number = TypeVar("Number", bound=np.generic)

AT_ONCE = 2_000_000  # values judged in one block at most, which bounds the memory of a backfill


@dataclass(frozen=True)
class Concluded:
    """A stretch of buckets, judged and scored.

    events    (b,)  records in each bucket
    whole     the buckets as such
    judged    per detector, per feature
    plotted   per detector, (S,) whether the bounds of a series are told; (0,) when those of none are
    findings  values worth a record, sorted by bucket, detector
    """

    stretch: Stretch
    events: Ints
    whole: Whole
    judged: list[list[Judged]]
    plotted: list[Flags]
    findings: list[Finding]


class Detection:
    """All detectors of one job."""

    def __init__(self, plan: Plan) -> None:
        """A job that has learnt nothing."""
        self._plan = plan
        self.lists: dict[str, list[str]] = {}  # that rules refer to, by name
        self.follow(plan)
        self.features = [_features(detector, plan) for detector in plan.detectors]
        self._sparing: list[Sparing] = [
            one for features in self.features for one in features if isinstance(one, Sparing)
        ]
        self.entities = Entities(plan, _costs(plan, self.features))
        self.dictionaries, self.splits = self.entities.dictionaries, self.entities.splits
        self._tallies = [
            Tally(len(plan.influencing(source)), keeps_samples=source.samples, keeps_values=source.distinct is not None)
            for source in plan.sources
        ]
        self._customs = [customs_of(plan, number) for number in range(len(plan.sources))]
        self._events = Tally(0, keeps_samples=False, keeps_values=False)
        self.standings = Standings(plan.span, [len(features) for features in self.features], plan.window_days)

    def follow(self, plan: Plan) -> None:
        """Rules and plots are those of this plan from now on, which is the same otherwise."""
        self.rules = [detector.rules for detector in plan.detectors]
        self.plot = plan.plot

    def add(self, buckets: Ints, frame: pl.DataFrame) -> None:
        """Fold (k,) rows into their buckets. frame: texts, and numbers under `columns.number_column`."""
        coded = self.entities.admit(frame, buckets)
        order = None if bool(np.all(buckets[1:] >= buckets[:-1])) else np.argsort(buckets, kind="stable")
        ones, acts = np.ones(buckets.size), []
        for number, (source, tally) in enumerate(zip(self._plan.sources, self._tallies, strict=True)):
            series = coded.series[number]
            value, weight, usable = _numbers(self._plan, source, frame, ones)
            values = coded.of(source.distinct) if source.distinct else None
            series[~usable if values is None else ~usable | (values == NONE)] = NONE
            fields = [coded.of(field) for field in self._plan.influencing(source)]
            rows = Rows(
                _ordered(buckets, order), _ordered(series, order), _ordered(value, order), _ordered(weight, order)
            )
            values = None if values is None else _ordered(values, order)
            fields = [_ordered(field, order) for field in fields]
            acts.append(partial(tally.add, rows, self.splits[number].size, fields, values))
        for detector, features in zip(self._plan.detectors, self.features, strict=True):
            for feature in features:
                feature.grow(self.splits[detector.source])
        every = Rows(_ordered(buckets, order), np.zeros(buckets.size, np.int32), ones, ones)
        side_by_side([*acts, partial(self._events.add, every, 1, [], None)], buckets.size)

    def conclude(self, stretch: Stretch, *, interim: bool) -> Concluded:
        """Judge and score a stretch of buckets; unless `interim`, they leave the open buckets.

        They are learnt unless they are interim or an event forbids it, and have no scores where an event forbids that.
        """
        first, until = stretch.first, stretch.until
        ahead = self._plan.zone.ahead(np.arange(first, until) * self._plan.span)
        how = Pass(interim=interim, teach=stretch.learnt and not interim, ahead=ahead)
        judged: list[list[Judged]] = []
        closed = [self._closed(number, stretch, how) for number in range(len(self._tallies))]
        plotted = plotted_series(self._plan, self.entities, self.plot)
        exclusions = self._exclusions()
        pairs = zip(self._plan.detectors, self.features, plotted, exclusions, strict=True)
        for detector, features, bounded, exclusion in pairs:
            entries = closed[detector.source]
            bounding = replace(how, bounded=bounded)
            judged.append([feature.block(entries, first, until, bounding, exclusion) for feature in features])
        events = self._events.peek(first, until) if interim else self._events.close(until)
        if not interim:
            self.entities.refusals.settle(until)
        counts = np.zeros(until - first, np.int64)
        counts[events.entries["bucket"] - first] = events.entries["n"].astype(np.int64)
        if stretch.silent:
            return Concluded(stretch, counts, unranked(until - first), judged, plotted, [])
        edges = np.arange(first, until + 1)
        whole, findings = self.standings.conclude(judged, edges, teach=how.teach)
        return Concluded(stretch, counts, whole, judged, plotted, findings)

    def _closed(self, source: int, stretch: Stretch, how: Pass) -> Closed:
        """The entries of a stretch of buckets, with all that features may ask; they stay open when interim."""
        tally, read = self._tallies[source], self._plan.sources[source]
        closed = tally.peek(stretch.first, stretch.until) if how.interim else tally.close(stretch.until)
        if not how.interim:
            self.splits[source].see(closed.entries)
        closed = self._customs[source].follow(closed, teach=how.teach)
        return informed(closed, self.dictionaries[read.distinct]) if read.informed and read.distinct else closed

    def _exclusions(self) -> list[Exclusion | None]:
        """What the rules of each detector mean at present, if it has any."""
        return [
            Exclusion(rules, self.splits[detector.source], self.dictionaries, self.lists) if rules else None
            for detector, rules in zip(self._plan.detectors, self.rules, strict=True)
        ]

    @property
    def at_once(self) -> int:
        """How many buckets may be concluded together."""
        if any(map(_learns_by_verdict, self._plan.detectors, self._exclusions())):
            return 1
        return max(1, AT_ONCE // max(1, self.series))

    @property
    def series(self) -> int:
        """How many series all detectors watch."""
        return sum(self.splits[detector.source].size for detector in self._plan.detectors)

    def forget(self, first: int, until: int) -> None:
        """Drop what the open buckets first .. until - 1 hold."""
        for tally in (*self._tallies, self._events):
            tally.forget(first, until)

    def settle(self) -> None:
        """Let go of what is not needed, and charge for what is really taken."""
        self.entities.settle(_spare(self._sparing, now=False), sum(customs.bytes for customs in self._customs))

    def forget_unseen(self, oldest: int) -> Staying | None:
        """Forget the series and values that were not seen in bucket `oldest` or later; who stays, None when all do."""
        sizes = [split.size for split in self.splits]
        pairs = zip(self._customs, self._tallies, strict=True)
        staying = self.entities.forget(oldest, [customs.holding(oldest, tally.held) for customs, tally in pairs])
        if staying is None:
            return None
        for number, (source, tally) in enumerate(zip(self._plan.sources, self._tallies, strict=True)):
            series = np.full(sizes[number], NONE, np.int64)
            series[staying.series[number]] = np.arange(staying.series[number].size)
            fields = [staying.values[field] for field in self._plan.influencing(source)]
            names = Held(series, fields, staying.values[source.distinct] if source.distinct else series)
            self._customs[number].keep(oldest, names)
            tally.renumber(names)
        for detector, features in zip(self._plan.detectors, self.features, strict=True):
            for feature in features:
                feature.keep(staying.series[detector.source], self.splits[detector.source])
        return staying

    @property
    def bytes(self) -> int:
        """Memory of everything learnt and open [bytes]."""
        habits = sum(customs.bytes for customs in self._customs) - self.entities.habits
        besides = habits + sum(tally.bytes for tally in self._tallies) - self.entities.set_aside
        return self.entities.taken + besides - self.reserved

    @property
    def reserved(self) -> int:
        """How much more it is once all that is reserved for series is taken [bytes]."""
        return _spare(self._sparing, now=True) - self.entities.spare

    def state(self) -> dict[str, Any]:
        """Everything learnt and the open buckets."""
        return {
            "entities": self.entities.state(),
            "tallies": [tally.state() for tally in self._tallies],
            "events": self._events.state(),
            "features": [[feature.state() for feature in features] for features in self.features],
            "customs": [customs.state() for customs in self._customs],
            "standings": self.standings.state(),
            "lists": self.lists,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken, for the same plan."""
        self.entities.restore(state["entities"])
        for tally, part in zip((*self._tallies, self._events), (*state["tallies"], state["events"]), strict=True):
            tally.restore(part)
        for features, parts in zip(self.features, state["features"], strict=True):
            for feature, part in zip(features, parts, strict=True):
                feature.restore(part)
        for customs, part in zip(self._customs, state["customs"], strict=True):
            customs.restore(part)
        self.standings.restore(state["standings"])
        self.lists = state["lists"]


def _features(detector: DetectorPlan, plan: Plan) -> list[Feature]:
    partition = None if detector.partition is None else 0
    fields, members = len(detector.roles), detector.over is not None
    together = plan.multivariate and detector.by is not None
    features = [feature_of(one, plan.span, fields, members=members, together=together) for one in detector.readings]
    return [without_frequent(feature, detector.frequent, partition) for feature in features]


def _spare(features: list[Sparing], *, now: bool) -> int:
    """How much less all that is learnt takes than it is charged for [bytes]."""
    return sum(feature.spare(now=now) for feature in features)


def customs_of(plan: Plan, source: int) -> Customs:
    """What is usual of influencing fields, where that matters; it takes an eighth of the memory at most."""
    readings = {reading.value for d in plan.detectors if d.source == source for reading in d.readings}
    fields = len(plan.influencing(plan.sources[source])) if readings & {Value.COUNT, Value.SUM} else 0
    return Customs(fields, max(48.0, DAY / plan.span), plan.memory_limit // 8 // EACH // max(1, fields))


def _learns_by_verdict(detector: DetectorPlan, exclusion: Exclusion | None) -> bool:
    """Whether a bucket must have been judged before it is known what of it is learnt."""
    if exclusion is None:
        return False
    sampled = any(reading.value in SAMPLED for reading in detector.readings)
    return exclusion.learning_needs_verdict if sampled else exclusion.learning_needs_typical


def _costs(plan: Plan, features: list[list[Feature]]) -> list[Cost]:
    """What is learnt of one series more of each source, and of what they share."""
    costs = [Cost(0) for _ in plan.sources]
    for detector, learning in zip(plan.detectors, features, strict=True):
        parts = [costs[detector.source], *(feature.cost for feature in learning)]
        shared = tuple(share for part in parts for share in part.shared)
        costs[detector.source] = Cost(sum(part.series for part in parts), shared)
    return costs


def _numbers(plan: Plan, source: Source, frame: pl.DataFrame, ones: Floats) -> tuple[Floats, Floats, Flags]:
    """Value and weight of each row, and whether it has both."""
    value, weight = ones, ones
    usable = np.ones(ones.size, np.bool_)
    if source.number is not None:
        value = frame[number_column(source.number)].to_numpy()
        usable &= ~np.isnan(value)
    if plan.summary is not None:
        count = np.nan_to_num(frame[number_column(plan.summary)].to_numpy())
        usable &= count > 0.0
        weight = count if source.weight is Weight.SUMMARY else ones
    return value, weight, usable


def _ordered(column: NDArray[Number], order: Ints | None) -> NDArray[Number]:
    return column if order is None else column[order]
