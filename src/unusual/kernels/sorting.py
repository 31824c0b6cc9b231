"""Small numbers put in order by counting them (Knuth, The Art of Computer Programming, vol. 3, section 5.2)."""

import numpy as np

from unusual.kernels.arrays import Ints
from unusual.kernels.compiled import kernel


@kernel
def in_order(numbers: Ints, size: int) -> Ints:
    """(k,) where the (k,) numbers, all in 0 .. size - 1, stand once sorted; equal ones stay as they came."""
    place = np.zeros(size + 1, np.int64)
    for i in range(numbers.size):
        place[numbers[i] + 1] += 1
    for number in range(size):
        place[number + 1] += place[number]
    order = np.empty(numbers.size, np.int64)
    for i in range(numbers.size):
        order[place[numbers[i]]] = i
        place[numbers[i]] += 1
    return order
