"""Arrays that grow by factors while their first rows stay; knows nothing of what the rows mean."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


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
    bigger[: len(array)] = array
    return bigger
