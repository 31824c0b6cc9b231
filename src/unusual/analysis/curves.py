"""What the results of the past deserve, as messages to whoever keeps them; knows no result."""

from collections.abc import Iterable

from unusual.analysis.control import Rescoring
from unusual.detect.rescoring import Curve
from unusual.kernels.rescoring import GRID

_SURPRISES = tuple(GRID.tolist())


def rescorings(curves: Iterable[Curve], span: int) -> list[Rescoring]:
    """Curves as messages. span: length of a bucket [s]."""
    length = span * 1000
    return [
        Rescoring(curve.kind, curve.first * length, curve.until * length, _SURPRISES, tuple(curve.scores.tolist()))
        for curve in curves
    ]
