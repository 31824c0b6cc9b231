"""States that were saved when rows had other fields, made to fit the rows of today; knows names, not meanings.

What is new gets what it has in a job that has met everything once and learnt nothing. What has gone is passed over.
What cannot be told apart by names - another number of columns, or a number where a text was - needs a layout
(`analysis.layouts`).
"""

from typing import Any

import numpy as np
import polars as pl

from unusual.analysis.columns import number_column
from unusual.analysis.detection import Detection
from unusual.analysis.plan import Plan
from unusual.errors import Invalid
from unusual.kernels.arrays import States


def meet(detection: Detection, plan: Plan) -> None:
    """Let a detection that has learnt nothing meet one value of every field, and forget the bucket it came in."""
    numbers = {source.number or "" for source in plan.sources} | {plan.summary or ""}
    values = {number_column(number): 1.0 for number in numbers} | dict.fromkeys(plan.texts, "1")
    detection.add(np.zeros(1, np.int64), pl.DataFrame([values]))
    detection.forget(0, 1)


def fitted(stored: Any, fresh: Any, place: str = "") -> Any:  # noqa: ANN401 - nested states
    """A part of a stored state in the form that the fresh one has; `errors.Invalid` names the place if it cannot be.

    >>> fitted({"rows": np.zeros(3)}, {"rows": np.zeros(1), "hues": np.ones(1)})
    {'rows': array([0., 0., 0.]), 'hues': array([1., 1., 1.])}
    """
    if isinstance(stored, dict) and isinstance(fresh, dict):
        known = {name: fitted(part, fresh[name], f"{place}/{name}") for name, part in stored.items() if name in fresh}
        lacking = {name: _begun(part, stored, fresh) for name, part in fresh.items() if name not in stored}
        return stored | known | lacking
    if isinstance(stored, list) and isinstance(fresh, list) and len(stored) == len(fresh):
        return [fitted(part, other, f"{place}[{n}]") for n, (part, other) in enumerate(zip(stored, fresh, strict=True))]
    if isinstance(stored, np.ndarray) and isinstance(fresh, np.ndarray):
        return _rows(stored, fresh, place)
    return stored


def _begun(part: Any, stored: dict[str, Any], fresh: dict[str, Any]) -> Any:  # noqa: ANN401 - nested states
    """What was not stored: as in the fresh state, with as many rows as the arrays beside it that it is as long as."""
    if not isinstance(part, np.ndarray) or not part.ndim:
        return part
    lengths = {
        len(stored[name])
        for name, other in fresh.items()
        if isinstance(other, np.ndarray) and other.ndim and len(other) == len(part) and name in stored
    }
    rows = lengths.pop() if len(lengths) == 1 else len(part)
    return part if rows == len(part) else _begin(part, (rows, *part.shape[1:]))


def _begin(fresh: States, shape: tuple[int, ...]) -> States:
    """So many rows like the first fresh one; zeros when there is none."""
    rows = np.zeros(shape, fresh.dtype)
    if fresh.ndim and len(fresh):
        rows[...] = fresh[:1]
    return rows


def _rows(stored: States, fresh: States, place: str) -> States:
    """Stored rows with the fields of the fresh ones."""
    # Rows may be many, and so may be what there is none of in the beginning.
    sizes = zip(stored.shape[1:], fresh.shape[1:], strict=False)
    if stored.ndim != fresh.ndim or any(size != other != 0 for size, other in sizes):
        raise _unfit(place)
    if stored.dtype == fresh.dtype:
        return stored
    if stored.dtype.names and fresh.dtype.names:
        rows = _begin(fresh, stored.shape)
        for name in fresh.dtype.names:
            if name in stored.dtype.names:
                rows[name] = _rows(stored[name], fresh[name], f"{place}/{name}")
        return rows
    if stored.dtype.names or fresh.dtype.names or not np.can_cast(stored.dtype, fresh.dtype, "safe"):
        raise _unfit(place)
    return stored.astype(fresh.dtype)


def _unfit(place: str) -> Invalid:
    return Invalid(f"this model snapshot cannot be read by this version: what it holds at [{place}] has another shape")
