"""Surprises into scores 0..100: of records, influencers and buckets, each by its place in the job's own history.

Knows verdicts; knows nothing of documents.
"""

from typing import Any

import numpy as np

from unusual.kernels import calibration
from unusual.kernels.calibration import CALIBRATION, settle
from unusual.kernels.compiled import Floats, Ints
from unusual.kernels.pvalues import joint
from unusual.kernels.ranking import BINS, History, rank

DAY = 86_400
WINDOW_DAYS, WINDOW_BUCKETS = 30, 2000  # how long the past counts: the longer of the two
KINDS = ("record", "influencer", "bucket")


class Scores:
    """The history that scores are relative to."""

    def __init__(self, span: int, window_days: int | None = None) -> None:
        """span: length of a bucket [s]; window_days: how long the past counts, None for the default."""
        days = WINDOW_DAYS if window_days is None else window_days
        self._window = float(max(days * DAY / span, WINDOW_BUCKETS))
        self._past = {kind: History(np.zeros(BINS), np.zeros(2), np.zeros(1)) for kind in KINDS}
        self._bucket = np.array([calibration.fresh()], CALIBRATION)

    def rank(self, kind: str, surprises: Floats, first: Ints, *, teach: bool) -> Floats:
        """Score (k,) surprises by the buckets before theirs.

        first  (b+1,) surprises[first[i]:first[i+1]] belong to bucket i; teach: count them from then on
        """
        scores = np.zeros(surprises.size)
        rank(self._past[kind], self._window, surprises, first, scores, teach)
        return scores

    def join(self, surprises: Floats, first: Ints, *, teach: bool) -> Floats:
        """One surprise (b,) per bucket out of those of all its values; `first` as above."""
        joined = np.zeros(first.size - 1)
        joint(surprises, first, joined)
        settle(self._bucket, joined, teach)
        return joined

    def state(self) -> dict[str, Any]:
        """Everything learnt."""
        return {"past": {kind: past._asdict() for kind, past in self._past.items()}, "bucket": self._bucket}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self._past = {kind: History(*(state["past"][kind][name].copy() for name in History._fields)) for kind in KINDS}
        self._bucket = state["bucket"].copy()
