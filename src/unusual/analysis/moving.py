"""A rule that moves clocks: of each series once while it holds for it; knows which series, and no model.

What conditions on the time and scopes say is known before a bucket is judged; whether a value meets a condition, only
after that, so that the clock is moved from the next bucket on.
"""

import numpy as np

from unusual.analysis.detection import Concluded, Detection
from unusual.analysis.plan import DetectorPlan
from unusual.detect.exclusions import Rule, Values, series_within
from unusual.detect.features import Clocked
from unusual.detect.splits import Split
from unusual.kernels.arrays import Flags, Ints
from unusual.models.rows import grown

NOBODY: Flags = np.zeros(0, np.bool_)


class Moving:
    """One rule of one detector, and for which series it has begun to hold.

    number  position of the detector
    begun   (s,) for which series it holds and has moved the clock; for those after these it has not
    """

    def __init__(self, number: int, detector: DetectorPlan, rule: Rule, detection: Detection, span: int) -> None:
        """span: length of a bucket [s]."""
        self.number = number
        self.rule = rule
        self.begun = NOBODY
        self.first, self.until = rule.buckets(span)
        self._detector = detector
        self._detection = detection
        self._span = span

    def active(self, bucket: int) -> bool:
        """Whether its conditions on the time hold in a bucket."""
        return self.first <= bucket < self.until

    def turn(self, bucket: int) -> Flags:
        """(S,) whose clocks are to be moved before a bucket is judged; whom it does not mean may begin anew later."""
        if not self.active(bucket):
            self.begun = NOBODY
            return NOBODY
        within = self._within()
        if not self.rule.asks_for_values:
            return self._begin(within, within)
        self.begun = self._had_begun() & within
        return NOBODY

    def heed(self, concluded: Concluded) -> Flags:
        """(S,) whose clocks are to be moved after the one bucket that was concluded."""
        feature, judged = self._detection.features[self.number][0], concluded.judged[self.number][0]
        asked = self.rule.asks_for_values and self.active(concluded.stretch.first)
        if not asked or not isinstance(feature, Clocked):
            return NOBODY
        met = self.rule.met_by(Values(judged.bucket * self._span, judged.series, judged.actual, judged.typical))
        within = self._within()
        held = np.zeros(within.size, np.bool_)
        held[judged.series[met]] = True
        return self._begin(held & within & feature.known, within)

    def _begin(self, held: Flags, within: Flags) -> Flags:
        """The series for which the rule begins to hold; it does not for those not within."""
        begun = self._had_begun()
        self.begun = (begun | held) & within
        return held & ~begun

    def _had_begun(self) -> Flags:
        """(S,) for which series it has begun: for all members of a population if it has for one of them."""
        split = self._split
        begun = grown(self.begun, split.size)[: split.size]
        if self._detector.over is None or not begun.any():
            return begun
        return np.isin(split.groups, split.groups[begun])

    def _within(self) -> Flags:
        """(S,) which series its scopes mean."""
        known = self._detection
        return series_within(self.rule, self._split, known.dictionaries, known.lists)

    @property
    def _split(self) -> Split:
        return self._detection.splits[self._detector.source]

    def keep(self, staying: list[Ints]) -> None:
        """Forget all series but those that stay, (s,) of each source in order, which move up."""
        chosen = staying[self._detector.source]
        self.begun = grown(self.begun, int(chosen.max(initial=-1)) + 1)[chosen]
