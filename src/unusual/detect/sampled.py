"""Each record of a bucket by when in the day or week, or where on the globe it is; the least usual one speaks for all.

Knows samples, tallies and which model reads them; knows nothing of field names or documents.
"""

from typing import Any, Protocol

import numpy as np

from unusual.detect.exclusions import Exclusion, Values
from unusual.detect.features import REPORTED, Blame, Cost, Judged, Pass, contributions
from unusual.detect.functions import Value
from unusual.detect.splits import Split, ranks
from unusual.detect.tallies import Closed
from unusual.kernels.arrays import Flags, Floats, Ints
from unusual.kernels.geography import unpacked
from unusual.kernels.samples import Judgement, Samples
from unusual.models.circular import CircularModel
from unusual.models.places import PlacesModel

PERIODS = {Value.DAYTIME: 86_400, Value.WEEKTIME: 604_800}  # [s]


class Model(Protocol):
    """Judges entries by their samples, and learns them."""

    size: int

    def grow(self, size: int) -> None:
        """Make room for rows 0 .. size - 1."""

    def keep(self, chosen: Ints) -> None:
        """Forget all rows but the chosen, which move up."""

    def walk(self, samples: Samples, *, teach: bool) -> Judgement:
        """Judge each entry by the buckets before its own and, if `teach`, learn it."""

    @property
    def bytes_each(self) -> int:
        """Memory of one row [bytes]."""

    def state(self) -> dict[str, Any]:
        """Everything learnt, as arrays."""

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""


class Sampled:
    """One function of times or places: its series and what they, or the populations they belong to, have learnt."""

    def __init__(self, value: Value, span: int, fields: int, *, members: bool) -> None:
        """A function that has learnt nothing.

        value    DAYTIME, WEEKTIME or PLACE
        span     length of a bucket [s]
        fields   that split
        members  whether series share what is learnt, but for those of other values of all fields before the last
        """
        self._value = value
        self._span = span
        self._members = members
        self._shared = tuple(range(fields - 1 if members else fields))
        self._row = np.zeros(0, np.int64)  # (S,) the model's row of each series
        self.model: Model = PlacesModel(span) if value is Value.PLACE else CircularModel(PERIODS[value], span)

    def grow(self, split: Split) -> None:
        """Make room for all series of the split."""
        if self._row.size < split.size:
            self._row = self._rows(split)
            self.model.grow(int(self._row.max()) + 1)

    def _rows(self, split: Split) -> Ints:
        """(S,) the model's row of each series: its own, or that of its peers."""
        return ranks(split.groups) if self._members else np.arange(split.size)

    def keep(self, chosen: Ints, split: Split) -> None:
        """Forget all series but the chosen, (s,) in order, which move up."""
        row = self._rows(split)[: chosen.size]
        staying = np.zeros(int(row.max()) + 1 if row.size else 0, np.int64)
        staying[row] = self._row[chosen]
        self.model.keep(staying)
        self._row = row
        self.grow(split)

    def block(
        self,
        closed: Closed,
        first: int,  # noqa: ARG002 - nothing is filled in, so that only the entries count
        until: int,  # noqa: ARG002 - the same
        how: Pass,
        exclusion: Exclusion | None,
    ) -> Judged:
        """Judge the entries of closed buckets and learn them, as far as the pass and the rules allow.

        One bucket at a time where what is learnt hangs on what was judged (`Exclusion.learning_needs_verdict`).
        """
        samples = samples_of(closed, self._row)
        series = closed.entries["series"].copy()
        if how.teach and exclusion is not None and exclusion.skips_learning:
            glance = self.model.walk(samples, teach=False)
            samples.learnt[exclusion.unlearnt(self._seen(samples, series, glance))] = False
        judgement = self.model.walk(samples, teach=how.teach)
        surprise, least, typical = judgement
        if exclusion is not None:
            surprise[exclusion.without_result(self._seen(samples, series, judgement))] = 0.0
        actual = samples.value[least]
        blame = _blame(closed, surprise, actual)
        return Judged(samples.bucket, series, self._told(actual), self._told(typical), surprise, blame)

    def _told(self, value: Floats) -> Floats:
        """Samples as records say them: (k,) seconds of the period, or (k, 2) latitude and longitude [degrees]."""
        if self._value is Value.PLACE:
            return np.stack(unpacked(value), axis=1)
        return np.asarray(value % PERIODS[self._value])

    def _seen(self, samples: Samples, series: Ints, judgement: Judgement) -> Values:
        """What rules may look at; nobody may ask for places."""
        actual, typical = samples.value[judgement.least], judgement.typical
        if self._value is not Value.PLACE:
            actual, typical = self._told(actual), self._told(typical)
        return Values(samples.bucket * self._span, series, actual, typical)

    @property
    def known(self) -> Flags:
        """(S,) of which series, or of whose population, something is learnt that has a clock."""
        if isinstance(self.model, CircularModel):
            return self.model.known[self._row]
        return np.zeros(self._row.size, np.bool_)

    def shift(self, seconds: int, chosen: Flags) -> None:
        """Move the clocks of the chosen series, (S,), ahead; places have none."""
        if isinstance(self.model, CircularModel):
            rows = np.zeros(self.model.size, np.bool_)
            rows[self._row[chosen]] = True
            self.model.shift(seconds, rows)

    @property
    def cost(self) -> Cost:
        """How much memory more series take, and more populations."""
        return Cost(self._row.itemsize, ((self._shared, self.model.bytes_each),))

    def state(self) -> dict[str, Any]:
        """Everything learnt."""
        return {"model": self.model.state(), "row": self._row}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self.model.restore(state["model"])
        self._row = state["row"].copy()


def samples_of(closed: Closed, row: Ints) -> Samples:
    """The samples of closed entries. row: (S,) the model's row that judges and learns each series."""
    entries = closed.entries
    edges = np.searchsorted(closed.samples["entry"], np.arange(len(entries) + 1))
    value = np.ascontiguousarray(closed.samples["value"])
    learnt = np.ones(len(entries), np.bool_)
    return Samples(entries["bucket"].copy(), row[entries["series"]], edges, value, learnt)


def _blame(closed: Closed, surprise: Floats, least: Floats) -> Blame:
    """Who had the least usual sample: all of it at an end of an entity's own ones, else as likely as it had one."""
    found = contributions(closed, np.arange(len(closed.entries)))
    guilty = surprise[found.row] >= REPORTED
    row, field, table = found.row[guilty], found.field[guilty], found.table[guilty]
    odd, low, high = least[row], table["low"], table["high"]
    among = np.where((low < odd) & (odd < high), table["n"] / closed.entries["n"][row], 0.0)
    share = np.where((low == odd) | (high == odd), 1.0, among)
    had = share > 0.0
    return Blame(row[had], field[had], table["value"][had].copy(), share[had])
