"""Each series against its own past: one feature of one detector over all its series.

Knows readings, tallies and the series model; knows nothing of field names or documents.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from unusual.detect.amounts import NEVER_NEGATIVE, amounts, parts_of
from unusual.detect.exclusions import Exclusion, Values
from unusual.detect.features import REPORTED, Blame, Bounds, Changes, Cost, Judged, Pass
from unusual.detect.functions import Reading
from unusual.detect.splits import Split
from unusual.detect.tallies import Closed
from unusual.kernels.arrays import Flags, Floats, Ints
from unusual.kernels.continuing import Course
from unusual.kernels.tally import spread
from unusual.kernels.walk import BOTH, COUNTED, HIGH, NOTHING, SUMMED, Block, Measure
from unusual.models.rows import grown
from unusual.models.series import SeriesModel

DAY = 86_400
ADDING_UP = (COUNTED, SUMMED)  # fewer records are what such a value tells, and no reason to doubt it


class Individual:
    """One feature of one detector: its series and what they have learnt."""

    def __init__(self, reading: Reading, span: int) -> None:
        """span: length of a bucket [s]."""
        self.reading = reading
        self.model = SeriesModel(span)
        self._span = span
        self._alive = np.zeros(0, np.bool_)  # series that have had a value
        self._spare = 0  # when it was last asked for [bytes]

    def grow(self, split: Split) -> None:
        """Make room for all series of the split."""
        self.model.grow(split.size)
        self._alive = grown(self._alive, split.size)

    def keep(self, chosen: Ints, split: Split) -> None:
        """Forget all series but the chosen, (s,) in order, which move up."""
        self._alive = self._alive[chosen]
        self.model.keep(chosen)
        self.grow(split)

    def block(self, closed: Closed, first: int, until: int, how: Pass, exclusion: Exclusion | None) -> Judged:
        """Judge the entries of buckets first .. until - 1 and learn them, as far as the pass and the rules allow.

        One bucket at a time where what is learnt hangs on what was expected (`Exclusion.learning_needs_typical`).
        """
        layout = self._layout(closed, first, until, teach=how.teach)
        parts, origin = parts_of(self.reading.value, closed, layout.entry)
        measure = self._measure(blame=parts.n.size > 0, interim=how.interim)
        measure = measure._replace(bounded=how.bounded, first=first, ahead=how.ahead)
        block = layout.block
        if how.teach and exclusion is not None and exclusion.skips_learning:
            typical = block.value
            if exclusion.learning_needs_typical:
                expected = self._possible(self.model.walk(measure, block, parts, teach=False)[0].typical)
                typical = np.where(self.known[block.series], expected, typical)
            block.learnt[exclusion.unlearnt(Values(block.bucket * self._span, block.series, block.value, typical))] = (
                False
            )
        verdict, news = self.model.walk(measure, block, parts, teach=how.teach)
        low, high, typical = (self._possible(part) for part in (verdict.low, verdict.high, verdict.typical))
        if exclusion is not None:
            silent = exclusion.without_result(Values(block.bucket * self._span, block.series, block.value, typical))
            verdict.surprise[silent], news.rarity[silent] = 0.0, 0.0
        guilty = parts.blamed > 0.0
        value, field, code = origin
        blame = Blame(value[guilty], field[guilty], code[guilty], parts.blamed[guilty])
        changed = np.flatnonzero(news.change)
        return Judged(
            block.bucket,
            block.series,
            block.value,
            typical,
            verdict.surprise,
            blame,
            Bounds(low, high),
            changes=Changes(changed, news.change[changed]),
            rarity=news.rarity,
            strengths=news.strengths,
            spell=news.spell,
            wider=news.wider,
            modes=news.modes,
        )

    @property
    def known(self) -> Flags:
        """(S,) of which series enough is learnt to expect anything; a value of another one is its own typical one."""
        known = np.zeros(self.model.size, np.bool_)
        known[self.model.known] = True
        return known

    def shift(self, seconds: int, chosen: Flags) -> None:
        """Move the clocks of the chosen series, (S,), ahead."""
        self.model.shift(seconds, chosen)

    def course(self, chosen: Ints, first: int, ahead: Ints) -> Course:
        """How the chosen series (s,) go on from bucket `first` on; nothing is learnt.

        ahead: (b,) how far local clocks are ahead of UTC in each bucket [s]
        """
        measure = self._measure(blame=False, interim=False)._replace(first=first, ahead=ahead)
        course = self.model.course(measure, chosen, first, ahead.size)
        return Course(*(self._possible(part) for part in course))

    def _possible(self, values: Floats) -> Floats:
        """Expected values, none below zero where no value can be."""
        return np.maximum(values, 0.0) if self.reading.value in NEVER_NEGATIVE else values

    def side(self, *, interim: bool) -> int:
        """Which departures count: BOTH, HIGH or LOW."""
        unfinished = interim and self.reading.fills and self.reading.side == BOTH
        return HIGH if unfinished else self.reading.side  # a bucket that is not over can only be too high already

    def _measure(self, *, blame: bool, interim: bool) -> Measure:
        reading, side = self.reading, self.side(interim=interim)
        half_life = float(min(max(DAY // self._span, 48), 500))
        return Measure(self._span, side, reading.grain, half_life, reading.blame if blame else NOTHING, REPORTED)

    def _layout(self, closed: Closed, first: int, until: int, *, teach: bool) -> "_Layout":
        """The values to judge, zeros filled in for living series where the reading asks for it."""
        entries, samples_of = closed.entries, closed.entries["n"].copy()
        if self.reading.blame in ADDING_UP:
            samples_of[:] = 0.0
        values = amounts(self.reading.value, closed)
        if not self.reading.fills:
            learnt = np.ones(len(entries), np.bool_)
            block = Block(entries["bucket"].copy(), entries["series"].copy(), values, samples_of, learnt)
            return _Layout(block, np.arange(len(entries)))
        alive = self._alive[: self.model.size]
        alive = alive if teach else alive.copy()
        rows = np.zeros(until - first + 1, np.int64)
        series_of = np.empty((until - first) * alive.size, np.int64)
        entry_of = np.empty_like(series_of)
        used = spread(entries, first, alive, rows, series_of, entry_of)
        entry_of = entry_of[:used]
        here = entry_of >= 0
        value, samples = np.zeros(used), np.zeros(used)
        value[here], samples[here] = values[entry_of[here]], samples_of[entry_of[here]]
        bucket = np.repeat(np.arange(first, until), np.diff(rows))
        return _Layout(Block(bucket, series_of[:used], value, samples, np.ones(used, np.bool_)), entry_of)

    def spare(self, *, now: bool) -> int:
        """How much less than `cost` says is taken now, or is going to be once profiles that no series has are let go.

        Profiles take memory as the times of day and week are reached.
        """
        if now:
            return self.model.size * self.model.bytes_each - self.model.bytes
        spare = self.model.without_profile
        if spare > self._spare:
            self.model.keep(np.arange(self.model.size))
        self._spare = spare
        return spare

    @property
    def cost(self) -> Cost:
        """How much memory more series take."""
        return Cost(self.model.bytes_each + self._alive.itemsize)

    def state(self) -> dict[str, Any]:
        """Everything learnt."""
        return {"model": self.model.state(), "alive": self._alive[: self.model.size]}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self.model.restore(state["model"])
        self._alive = state["alive"].copy()


@dataclass(frozen=True)
class _Layout:
    block: Block
    entry: Ints  # (k,) the entry of each value, -1 for a filled-in zero
