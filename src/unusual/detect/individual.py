"""Each series against its own past: one feature of one detector over all its series.

Knows readings, tallies and the series model; knows nothing of field names or documents.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from unusual.detect.exclusions import Exclusion, Values
from unusual.detect.features import REPORTED, Blame, Judged, Pass, contributions
from unusual.detect.functions import Reading, Value
from unusual.detect.splits import Split
from unusual.detect.tallies import Closed
from unusual.kernels.compiled import Floats, Ints, Shorts
from unusual.kernels.continuing import Course
from unusual.kernels.tally import spread
from unusual.kernels.walk import BOTH, HIGH, NOTHING, Block, Measure, Parts
from unusual.models.rows import grown
from unusual.models.series import SeriesModel

DAY = 86_400
LARGEST = float(np.finfo(np.float64).max)


class Individual:
    """One feature of one detector: its series and what they have learnt."""

    def __init__(self, reading: Reading, span: int) -> None:
        """span: length of a bucket [s]."""
        self.reading = reading
        self.model = SeriesModel(span)
        self._span = span
        self._alive = np.zeros(0, np.bool_)  # series that have had a value

    def grow(self, split: Split) -> None:
        """Make room for all series of the split."""
        self.model.grow(split.size)
        self._alive = grown(self._alive, split.size)

    def block(self, closed: Closed, first: int, until: int, how: Pass, exclusion: Exclusion | None) -> Judged:
        """Judge the entries of buckets first .. until - 1 and learn them, as far as the pass and the rules allow.

        One bucket at a time where what is learnt hangs on what was expected (`Exclusion.learning_needs_typical`).
        """
        layout = self._layout(closed, first, until, teach=how.teach)
        parts, origin = _parts(closed, layout.entry)
        measure = self._measure(blame=parts.n.size > 0, interim=how.interim)
        block = layout.block
        if how.teach and exclusion is not None and exclusion.skips_learning:
            typical = block.value
            if exclusion.learning_needs_typical:
                typical = self.model.walk(measure, block, parts, teach=False).typical
            block.learnt[exclusion.unlearnt(self._seen(block, typical))] = False
        verdict = self.model.walk(measure, block, parts, teach=how.teach)
        if exclusion is not None:
            verdict.surprise[exclusion.without_result(self._seen(block, verdict.typical))] = 0.0
        guilty = parts.blamed > 0.0
        value, field, code = origin
        blame = Blame(value[guilty], field[guilty], code[guilty], parts.blamed[guilty])
        return Judged(block.bucket, block.series, block.value, verdict.typical, verdict.surprise, blame)

    def course(self, chosen: Ints, first: int, buckets: int) -> Course:
        """How the chosen series (s,) go on over buckets first .. first + buckets - 1; nothing is learnt."""
        course = self.model.course(self._measure(blame=False, interim=False), chosen, first, buckets)
        if self.reading.value in _NEVER_NEGATIVE:
            return Course(*(np.maximum(part, 0.0) for part in course))
        return course

    def _seen(self, block: Block, typical: Floats) -> Values:
        return Values(block.bucket * self._span, block.series, block.value, typical)

    def _measure(self, *, blame: bool, interim: bool) -> Measure:
        reading = self.reading
        side = reading.side
        if interim and reading.fills and side == BOTH:
            side = HIGH  # a bucket that is not over can only be too high already
        half_life = float(min(max(DAY // self._span, 48), 500))
        return Measure(self._span, side, reading.grain, half_life, reading.blame if blame else NOTHING, REPORTED)

    def _layout(self, closed: Closed, first: int, until: int, *, teach: bool) -> "_Layout":
        """The values to judge, zeros filled in for living series where the reading asks for it."""
        entries = closed.entries
        values = np.nan_to_num(_values(self.reading.value, closed), nan=LARGEST)  # what overflowed is large
        if not self.reading.fills:
            learnt = np.ones(len(entries), np.bool_)
            block = Block(entries["bucket"].copy(), entries["series"].copy(), values, entries["n"].copy(), learnt)
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
        value[here], samples[here] = values[entry_of[here]], entries["n"][entry_of[here]]
        bucket = np.repeat(np.arange(first, until), np.diff(rows))
        return _Layout(Block(bucket, series_of[:used], value, samples, np.ones(used, np.bool_)), entry_of)

    @property
    def bytes(self) -> int:
        """Memory of what is learnt [bytes]."""
        return self.model.bytes + self._alive.nbytes

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


def _values(value: Value, closed: Closed) -> Floats:
    """(n,) what a reading takes from each entry [unit]."""
    entries = closed.entries
    if value is Value.MEDIAN:
        return closed.medians
    if value is Value.DISTINCT:
        return closed.values.astype(np.float64)
    if value is Value.INFORMATION:
        return closed.information
    if value is Value.MEAN:
        return np.asarray(entries["sum"] / entries["n"])
    if value is Value.VARIANCE:
        return np.asarray(entries["m2"] / entries["n"])
    return np.ascontiguousarray(entries[_COLUMNS[value]])


_NEVER_NEGATIVE = {Value.COUNT, Value.DISTINCT, Value.VARIANCE}
_COLUMNS = {Value.COUNT: "n", Value.SUM: "sum", Value.LOW: "low", Value.HIGH: "high"}


def _parts(closed: Closed, entry_of: Ints) -> tuple[Parts, tuple[Ints, Shorts, Shorts]]:
    """The parts of every value, in its order; and (value, field, code) of each part."""
    row_of = np.full(len(closed.entries), -1, np.int64)
    here = entry_of >= 0
    row_of[entry_of[here]] = np.flatnonzero(here)
    found = contributions(closed, row_of)
    first = np.zeros(entry_of.size + 1, np.int64)
    np.cumsum(np.bincount(found.row, minlength=entry_of.size), out=first[1:])
    n, total, low, high = (np.ascontiguousarray(found.table[name]) for name in ("n", "sum", "low", "high"))
    parts = Parts(first, n, total, low, high, np.zeros(found.row.size))
    return parts, (found.row, found.field, found.table["value"])
