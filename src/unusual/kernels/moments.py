"""Fading means of numbers that come one after the other."""

from unusual.kernels.arrays import Floats, Ints
from unusual.kernels.compiled import kernel


@kernel
def follow(numbers: Ints, mean: float, weight: float, before: Floats) -> float:
    """The fading mean of the numbers above zero, and what it was before each number; returns the mean after the last.

    numbers  (n,)  those not above zero are passed over
    mean     the mean so far, 0 before the first
    weight   of the newest number, 0 < weight <= 1
    before   (n,)  the answer
    """
    for i in range(numbers.size):
        before[i] = mean
        if numbers[i] > 0:
            mean = numbers[i] if mean == 0.0 else mean + weight * (numbers[i] - mean)
    return float(mean)
