"""Series of one detector judged together: each beside those of its group that it moves with.

A feature that judges each series by itself is wrapped. A value that breaks with its partners becomes unusual though it
is usual for its series; of a departure that partners share only the strongest value keeps what it is by itself, and the
others are what they are beside it. Knows verdicts; knows nothing of field names or documents.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from unusual.detect.exclusions import Exclusion, Values
from unusual.detect.features import Accord, Cost, Judged, Pass
from unusual.detect.individual import Individual
from unusual.detect.splits import Split
from unusual.detect.tallies import Closed
from unusual.kernels.arrays import Flags, Floats, Ints
from unusual.kernels.pairs import Seen
from unusual.kernels.partners import Manner, Together
from unusual.models.partners import BYTES_EACH, PartnersModel, normal


class Correlated:
    """A feature whose series are judged beside each other."""

    def __init__(self, feature: Individual, span: int) -> None:
        """span: length of a bucket [s]."""
        self.feature = feature
        self.model = PartnersModel()
        self._span = span

    def grow(self, split: Split) -> None:
        """Make room for all series of the split."""
        self.feature.grow(split)
        if split.size > self.model.size:
            self.model.grow(split.groups)

    def keep(self, chosen: Ints, split: Split) -> None:
        """Forget all series but the chosen, (s,) in order, which move up. split: after that, codes and all."""
        self.feature.keep(chosen, split)
        self.model.keep(chosen, split.groups[: chosen.size])
        self.grow(split)

    def block(self, closed: Closed, first: int, until: int, how: Pass, exclusion: Exclusion | None) -> Judged:
        """Judge and learn as the feature does, then beside each other."""
        judged = self.feature.block(closed, first, until, how, None if exclusion is None else exclusion.of_learning)
        learnt, silent = np.ones(judged.series.size, np.bool_), np.zeros(judged.series.size, np.bool_)
        if exclusion is not None:
            values = Values(judged.bucket * self._span, judged.series, judged.actual, judged.typical)
            learnt, silent = ~exclusion.unlearnt(values), exclusion.without_result(values)
        alone = np.zeros(judged.series.size) if judged.rarity is None else judged.rarity
        telling = np.maximum(judged.surprise, alone)
        side = self.feature.side(interim=how.interim)
        deviation = normal(judged.surprise, judged.actual >= judged.typical, side)
        seen = Seen(judged.bucket, judged.series, deviation, telling, learnt)
        together = self.model.walk(seen, Manner(side, self._span), teach=how.teach)
        return _judged_together(judged, together, alone, silent)

    @property
    def known(self) -> Flags:
        """(S,) which series have a clock."""
        return self.feature.known

    def shift(self, seconds: int, chosen: Flags) -> None:
        """Move the clocks of the chosen series, (S,), ahead."""
        self.feature.shift(seconds, chosen)

    def spare(self, *, now: bool) -> int:
        """How much less than `cost` says is taken now, or is going to be, once what nobody needs is let go [bytes]."""
        return self.feature.spare(now=now)

    @property
    def cost(self) -> Cost:
        """How much memory more series take."""
        return self.feature.cost._replace(series=self.feature.cost.series + BYTES_EACH)

    def state(self) -> dict[str, Any]:
        """Everything learnt."""
        return {"feature": self.feature.state(), "model": self.model.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self.feature.restore(state["feature"])
        self.model.restore(state["model"])


def _judged_together(judged: Judged, together: Together, alone: Floats, silent: Flags) -> Judged:
    """What was judged of each value by itself, and beside its partners, as one. alone: how rare the former is."""
    explained, beside = together.explained, together.explained | (together.rarity > alone)
    surprise = np.where(explained, together.surprise, np.maximum(judged.surprise, together.surprise))
    rarity = np.where(beside, together.rarity, alone)
    surprise[silent], rarity[silent] = 0.0, 0.0
    strengths = None if judged.strengths is None else np.where(beside[:, None], together.strengths, judged.strengths)
    accord = Accord(beside & (together.partner >= 0), together.partner)
    return replace(judged, surprise=surprise, rarity=rarity, strengths=strengths, accord=accord)
