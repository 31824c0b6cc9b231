"""Surprises into scores 0..100: of records, influencers and buckets, each by its place in the job's own history.

Knows verdicts; knows nothing of documents.
"""

from typing import Any

import numpy as np

from unusual.detect.rescoring import Curve, Rescoring
from unusual.kernels import calibration
from unusual.kernels.arrays import Floats, Ints
from unusual.kernels.calibration import CALIBRATION, settle
from unusual.kernels.pvalues import joint
from unusual.kernels.ranking import DAY, History, rank, remembered, unwritten
from unusual.kernels.rescoring import rank_on

RESCORED_DAYS, RESCORED_BUCKETS = 30, 100  # how far back scores change unless the job says it: the longer of the two
KINDS = ("record", "influencer", "bucket")


class Scores:
    """The history that scores are relative to."""

    def __init__(self, span: int, rescored_days: int | None = None) -> None:
        """span: length of a bucket [s]; rescored_days: how far back scores may change, 0 never, None the default."""
        self._window = remembered(span)
        asked = RESCORED_DAYS if rescored_days is None else rescored_days
        back = max(asked * DAY // span, RESCORED_BUCKETS if rescored_days is None else 0)
        self._rescorings = {kind: Rescoring(kind, back) for kind in KINDS} if back else {}
        self._past = {kind: unwritten() for kind in KINDS}
        self._bucket = np.array([calibration.fresh()], CALIBRATION)

    def rank(self, kind: str, surprises: Floats, first: Ints, *, start: int, teach: bool) -> Floats:
        """Score (k,) surprises by the buckets before theirs.

        first  (b+1,) surprises[first[i]:first[i+1]] belong to bucket start + i; teach: count them from then on
        """
        scores = np.zeros(surprises.size)
        rescoring = self._rescorings.get(kind)
        if rescoring is None or not teach:
            rank(self._past[kind], self._window, surprises, first, scores, teach)
            return scores
        at = 0
        while at < first.size - 1:
            until = rank_on(self._past[kind], self._window, surprises, first, scores, at, rescoring.watch)
            given = first[at] + np.flatnonzero(scores[first[at] : first[until]])
            buckets = start - 1 + np.searchsorted(first, given, "right")
            rescoring.add(buckets, surprises[given], scores[given], of=until - at)
            if not rescoring.watch[1]:
                rescoring.look(self._past[kind], self._window, start + until)
            at = until
        return scores

    def curves(self) -> list[Curve]:
        """What results of the past deserve in view of what was ranked since the last call."""
        return [curve for rescoring in self._rescorings.values() for curve in rescoring.take()]

    def told(self) -> dict[str, Floats]:
        """The current scores of the newest results of each kind, as `correct` takes them."""
        return {kind: rescoring.told for kind, rescoring in self._rescorings.items()}

    def correct(self, told: dict[str, Floats], until: int) -> None:
        """Results before bucket `until` have the scores in `told` by now."""
        for kind, rescoring in self._rescorings.items():
            rescoring.correct(told[kind], until)

    def join(self, surprises: Floats, first: Ints, *, teach: bool) -> Floats:
        """One surprise (b,) per bucket out of those of all its values; `first` as above."""
        joined = np.zeros(first.size - 1)
        joint(surprises, first, joined)
        settle(self._bucket, joined, teach)
        return joined

    def state(self) -> dict[str, Any]:
        """Everything learnt."""
        return {
            "past": {kind: past._asdict() for kind, past in self._past.items()},
            "bucket": self._bucket,
            "rescorings": {kind: rescoring.state() for kind, rescoring in self._rescorings.items()},
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self._past = {kind: History(*(state["past"][kind][name].copy() for name in History._fields)) for kind in KINDS}
        self._bucket = state["bucket"].copy()
        for kind in self._rescorings.keys() & state["rescorings"].keys():
            self._rescorings[kind].restore(state["rescorings"][kind])
