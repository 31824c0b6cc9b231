"""Arrays of rows, copied byte by byte, which takes a tenth of the time of field by field; knows not what rows mean."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unusual.kernels.arrays import Bytes, Ints


def grown(array: NDArray[Any], rows: int, factor: float = 2.0) -> NDArray[Any]:
    """An array of at least `rows` rows that begins with the given one; new rows are zero.

    factor: by which it becomes longer, as often as it has to

    >>> grown(np.ones(2), 3)
    array([1., 1., 0., 0.])
    """
    if len(array) >= rows:
        return array
    size = max(4, len(array))
    while size < rows:
        size = math.ceil(factor * size)
    bigger = np.zeros((size, *array.shape[1:]), array.dtype)
    _bytes(bigger)[: len(array)] = _bytes(array)
    return bigger


def taken(array: NDArray[Any], chosen: Ints) -> NDArray[Any]:
    """A copy of the chosen rows, (s,) in order.

    >>> taken(np.array([1.5, 2.5, 3.5]), np.array([2, 0]))
    array([3.5, 1.5])
    """
    return array.take(chosen, axis=0)  # which copies bytes, while an index copies field by field


def copied(array: NDArray[Any]) -> NDArray[Any]:
    """An array of its own with the same content."""
    own = np.empty(array.shape, array.dtype)
    _bytes(own)[:] = _bytes(array)
    return own


def chained(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Arrays of the same type, one at least, one after the other; a single one stays itself.

    >>> chained([np.array([1.5, 2.5]), np.array([3.5])])
    array([1.5, 2.5, 3.5])
    """
    if len(arrays) == 1:
        return arrays[0]
    whole = np.empty((sum(map(len, arrays)), *arrays[0].shape[1:]), arrays[0].dtype)
    np.concatenate([_bytes(array) for array in arrays], out=_bytes(whole))
    return whole


def put(array: NDArray[Any], at: Ints, rows: NDArray[Any]) -> None:
    """Put rows, (k, ...) of the same type, where they belong: at[i] tells which row of the array rows[i] is.

    >>> array = np.zeros((3, 2))
    >>> put(array, np.array([2, 0]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    >>> array.tolist()
    [[3.0, 4.0], [0.0, 0.0], [1.0, 2.0]]
    """
    if array.ndim == 1:
        array[at] = rows
        return
    whole = np.dtype((np.void, math.prod(array.shape[1:]) * array.itemsize))
    array.reshape(-1).view(whole)[at] = rows.reshape(-1).view(whole)


def _bytes(array: NDArray[Any]) -> Bytes:
    """(n, b) the bytes of each row, where they lie if those of each lie together."""
    width = math.prod(array.shape[1:]) * array.itemsize
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).reshape(len(array), width)
