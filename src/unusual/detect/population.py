"""Each member of a population against its peers: one feature of one detector over all its members.

The members of one partition and by value share what is learnt of values; a bucket without records of a member says
nothing of it. Knows readings, tallies and the population model; knows nothing of field names or documents.
"""

from typing import Any

import numpy as np

from unusual.detect.amounts import NEVER_NEGATIVE, amounts, parts_of
from unusual.detect.exclusions import Exclusion, Values
from unusual.detect.features import REPORTED, Blame, Bounds, Cost, Judged, Pass
from unusual.detect.functions import Reading
from unusual.detect.splits import Split
from unusual.detect.tallies import Closed
from unusual.kernels.arrays import Floats, Ints
from unusual.kernels.walk import BOTH, HIGH, NOTHING, Block, Measure
from unusual.models.population import GROUP_BYTES, MEMBER_BYTES, PopulationModel


class Population:
    """One feature of one detector: its members and what was learnt of them."""

    def __init__(self, reading: Reading, span: int, fields: int) -> None:
        """span: length of a bucket [s]; fields: that split, the member last."""
        self.reading = reading
        self.model = PopulationModel()
        self._span = span
        self._shared = tuple(range(fields - 1))

    def grow(self, split: Split) -> None:
        """Make room for all members of the split."""
        if split.size > self.model.size:
            self.model.grow(split.groups)

    def keep(self, chosen: Ints, split: Split) -> None:
        """Forget all members but the chosen, (s,) in order, which move up. split: after that, codes and all."""
        self.model.keep(chosen, split.groups[: chosen.size])
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

        One bucket at a time where what is learnt hangs on what was expected (`Exclusion.learning_needs_typical`).
        """
        entries = closed.entries
        order = self.model.order(entries["bucket"], entries["series"])
        value = amounts(self.reading.value, closed)[order]
        learnt = np.ones(order.size, np.bool_)
        block = Block(entries["bucket"][order], entries["series"][order], value, entries["n"][order], learnt)
        parts, (row, field, code) = parts_of(self.reading.value, closed, order)
        measure = self._measure(blame=parts.n.size > 0, interim=how.interim)._replace(bounded=how.bounded)
        if how.teach and exclusion is not None and exclusion.skips_learning:
            typical = block.value
            if exclusion.learning_needs_typical:
                typical = self.model.walk(measure, block, parts, teach=False).typical
            block.learnt[exclusion.unlearnt(self._seen(block, typical))] = False
        verdict = self.model.walk(measure, block, parts, teach=how.teach)
        if exclusion is not None:
            verdict.surprise[exclusion.without_result(self._seen(block, verdict.typical))] = 0.0
        guilty = parts.blamed > 0.0
        blame = Blame(row[guilty], field[guilty], code[guilty], parts.blamed[guilty])
        bounds = Bounds(self._possible(verdict.low), self._possible(verdict.high))
        return Judged(block.bucket, block.series, block.value, verdict.typical, verdict.surprise, blame, bounds)

    def _possible(self, values: Floats) -> Floats:
        """Bounds, none below zero where no value can be."""
        return np.maximum(values, 0.0) if self.reading.value in NEVER_NEGATIVE else values

    def _seen(self, block: Block, typical: Floats) -> Values:
        return Values(block.bucket * self._span, block.series, block.value, typical)

    def _measure(self, *, blame: bool, interim: bool) -> Measure:
        reading = self.reading
        side = reading.side
        if interim and reading.fills and side == BOTH:
            side = HIGH  # a bucket that is not over can only be too high already
        return Measure(self._span, side, reading.grain, 0.0, reading.blame if blame else NOTHING, REPORTED)

    @property
    def cost(self) -> Cost:
        """How much memory more members take, and more populations."""
        return Cost(MEMBER_BYTES, ((self._shared, GROUP_BYTES),))

    def state(self) -> dict[str, Any]:
        """Everything learnt."""
        return {"model": self.model.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self.model.restore(state["model"])
