"""Many surprises joined into one: is this the worst of many, or are unusually many bad at once?"""

import math

import numpy as np

from unusual.kernels.arrays import Floats, Ints
from unusual.kernels.compiled import kernel
from unusual.kernels.student import LN10

DEEPEST = 10  # how many of the largest surprises are looked at


@kernel
def poisson_surprise(expected: float, seen: int) -> float:
    """-log10 P(N >= seen) for a Poisson N of mean `expected`, an upper bound of P; 0 unless seen > expected.

    P(N >= j) <= P(N = j) / (1 - expected / (j + 1)), the geometric bound on the ratio of successive terms.
    """
    if expected >= seen:
        return 0.0
    log_term = -expected + seen * math.log(expected) - math.lgamma(seen + 1.0)
    return max(0.0, -(log_term - math.log1p(-expected / (seen + 1.0))) / LN10)


@kernel
def largest_first(surprises: Floats, first: int, end: int, top: Floats) -> int:
    """Copy the largest of surprises[first:end] to `top`, descending; returns how many, at most top.size."""
    used = 0
    for i in range(first, end):
        value = surprises[i]
        if used == top.size and value <= top[used - 1]:
            continue
        if used < top.size:
            used += 1
        at = used - 1
        while at > 0 and top[at - 1] < value:
            top[at] = top[at - 1]
            at -= 1
        top[at] = value
    return used


@kernel
def joint(surprises: Floats, first: Ints, answer: Floats) -> None:
    """One surprise per bucket out of those of its values; grows with each of them.

    With m values of which the j-th largest surprise is s, the number of values that surprising is Poisson of mean
    m 10^-s under a perfect model; the best j is taken (higher criticism: Donoho and Jin, Ann. Statist. 32, 2004), and
    paid for by the harmonic number of choices.

    surprises  (k,)    -log10 probabilities, >= 0
    first      (b+1,)  surprises[first[i]:first[i+1]] belong to bucket i
    answer     (b,)
    """
    top = np.zeros(DEEPEST)
    for bucket in range(answer.size):
        values = first[bucket + 1] - first[bucket]
        used = largest_first(surprises, first[bucket], first[bucket + 1], top)
        best = 0.0
        choices = 0.0
        for j in range(used):
            choices += 1.0 / (j + 1.0)
            expected = values * math.exp(-LN10 * min(top[j], 300.0))
            best = max(best, poisson_surprise(expected, j + 1) if values > 1 else top[j])
        answer[bucket] = max(0.0, best - math.log10(choices)) if used > 0 else 0.0
