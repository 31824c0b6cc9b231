"""What is left of the surprises of a feature in view of how often it was about as surprising before.

Of features that do not tell this for each series by themselves. Knows surprises in time order; knows no model.
"""

from typing import Any

import numpy as np

from unusual.detect.features import Judged
from unusual.kernels.arrays import Floats, Ints
from unusual.kernels.ranking import IN_FEATURE, History, recur, remembered, unwritten


class Recurrence:
    """The past of one feature."""

    def __init__(self, span: int) -> None:
        """span: length of a bucket [s]."""
        self._window = remembered(span)
        self._past = unwritten()

    def rarity(self, judged: Judged, edges: Ints, *, teach: bool) -> Floats:
        """(k,) what is left of each surprise by the buckets before its own; `teach`: they count from then on.

        edges  (b+1,) numbers of the judged buckets, and of the one after
        """
        if judged.rarity is not None:
            return judged.rarity
        return self.left(judged.surprise, np.searchsorted(judged.bucket, edges), teach=teach)

    def left(self, surprises: Floats, first: Ints, *, teach: bool) -> Floats:
        """The same of (k,) surprises of which [first[i]:first[i+1]] belong to the i-th bucket."""
        rarities = np.zeros(surprises.size)
        recur(self._past, self._window, IN_FEATURE, surprises, first, rarities, teach)
        return rarities

    def state(self) -> dict[str, Any]:
        """Everything that counts."""
        return self._past._asdict()

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self._past = History(*(state[name].copy() for name in History._fields))
