"""Many regions of the globe: where in each something usually happens, and how unusual another place is.

Owns the rows; knows nothing of fields, detectors or documents.
"""

from math import prod
from typing import Any

import numpy as np

from unusual.kernels import calibration, places
from unusual.kernels.arrays import Ints
from unusual.kernels.geography import places_of, vectors
from unusual.kernels.places import CLUSTER, CLUSTERS, REGION, Regions, walk_places
from unusual.kernels.samples import Judgement, Samples, judgement
from unusual.models.rows import grown, taken
from unusual.models.sampled import judged_in_lanes

LAYOUT = (places.LAYOUT, calibration.LAYOUT)


class PlacesModel:
    """Learnt state of regions, whose samples are packed places (`kernels.geography`).

    >>> model = PlacesModel(span=900)
    >>> model.grow(3)
    >>> model.size
    3
    """

    def __init__(self, span: int) -> None:
        """An empty model. span: length of a bucket [s]."""
        self.size = 0
        self._span = span
        self._regions = Regions(
            np.zeros(0, REGION), np.zeros((0, CLUSTERS), CLUSTER), np.zeros(0, calibration.CALIBRATION)
        )

    def grow(self, size: int) -> None:
        """Make room for regions 0 .. size - 1; those that exist stay as they are."""
        if size <= self.size:
            return
        self._regions = Regions(*(grown(array, size) for array in self._regions))
        self._regions.calibrations[self.size : size] = calibration.fresh()
        self.size = size

    def keep(self, chosen: Ints) -> None:
        """Forget all regions but the chosen, (s,) in order, which become regions 0 .. s - 1."""
        self._regions = Regions(*(taken(array, chosen) for array in self._regions))
        self.size = chosen.size

    def walk(self, samples: Samples, *, teach: bool) -> Judgement:
        """Judge each entry by the buckets before its own and, if `teach`, learn it."""

        def judge(some: Samples) -> Judgement:
            answer, centres = judgement(some.row.size), np.zeros((some.row.size, 3))
            walk_places(self._regions, self._span, some, vectors(some.value), answer, centres, teach)
            return answer._replace(typical=places_of(centres))

        return judged_in_lanes(samples, judge)

    @property
    def bytes_each(self) -> int:
        """Memory of one row [bytes]."""
        return sum(array.itemsize * prod(array.shape[1:]) for array in self._regions)

    def state(self) -> dict[str, Any]:
        """Everything learnt, as arrays."""
        return {name: array[: self.size] for name, array in zip(Regions._fields, self._regions, strict=True)}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken; the span must be the same."""
        self._regions = Regions(*(state[name].copy() for name in Regions._fields))
        self.size = len(self._regions.rows)
