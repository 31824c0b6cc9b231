"""Values that come from a few clusters: a mixture that is followed value by value; knows no predictions.

A value belongs to the nearest cluster or starts one of its own; clusters that come to overlap become one, and where
there are too many the two nearest do.
"""

import math

import numpy as np

from unusual.kernels.arrays import States
from unusual.kernels.compiled import bare_kernel
from unusual.kernels.student import FREEDOM, RAREST, t_density, t_tail

CLUSTERS = 4
CLUSTER = np.dtype([("n", "f4"), ("mean", "f4"), ("variance", "f4")])
FARTHEST = 4.0  # scales from a cluster up to which a value belongs to it
ODD = 2.0  # values of a cluster that do not make the next one usual
FEW = 10.0  # values up to which a cluster is no mode
LASTING = 500.0  # values that clusters count for


@bare_kernel
def scale_of(cluster: States, finest: float) -> float:
    """Scale of the values of a cluster [unit]."""
    return math.sqrt(float(cluster["variance"])) + finest


@bare_kernel
def surprise_of(clusters: States, finest: float, value: float, direction: float) -> float:
    """-log10 P(at least as far out as `value` to one side) in the mixture. direction: +1 upper tail, -1 lower tail.

    What came once or twice is not usual yet.
    """
    total, out = 0.0, 0.0
    for i in range(CLUSTERS):
        n = float(clusters[i]["n"]) - ODD
        if n > 0.0:
            away = direction * (value - float(clusters[i]["mean"])) / scale_of(clusters[i], finest)
            total += n
            out += n * t_tail(away, FREEDOM)
    return max(0.0, -math.log10(max(out / total, RAREST))) if total > 0.0 else 0.0


@bare_kernel
def surprise_among(clusters: States, finest: float, value: float) -> float:
    """-log10 P(as far from the clusters, either way) of a value that has some of them on both sides; else 0.

    Normal tails: what lies between two clusters is further out in neither than half the way to the other.
    """
    total, out, above, below = 0.0, 0.0, False, False
    for i in range(CLUSTERS):
        n = float(clusters[i]["n"])
        if n > 0.0:
            away = (value - float(clusters[i]["mean"])) / scale_of(clusters[i], finest)
            if n > FEW:
                above, below = above or away < 0.0, below or away > 0.0
            total += n
            out += n * math.erfc(abs(away) * math.sqrt(0.5))
    return -math.log10(max(out / total, RAREST)) if above and below else 0.0


@bare_kernel
def density_of(clusters: States, finest: float, value: float) -> float:
    """Density of a value in the mixture [1 per unit]; 0 while there is none."""
    total, density = 0.0, 0.0
    for i in range(CLUSTERS):
        n = float(clusters[i]["n"])
        if n > 0.0:
            total += n
            density += n * t_density(value - float(clusters[i]["mean"]), scale_of(clusters[i], finest))
    return density / total if total > 0.0 else 0.0


@bare_kernel
def modes_of(clusters: States) -> int:
    """How many clusters have more than a few values."""
    modes = 0
    for i in range(CLUSTERS):
        if clusters[i]["n"] > FEW:
            modes += 1
    return modes


@bare_kernel
def blend(clusters: States, one: int, other: int) -> None:
    """Make one cluster of two, with their common mean and variance; the other is free then."""
    first, second = float(clusters[one]["n"]), float(clusters[other]["n"])
    n = first + second
    apart = float(clusters[other]["mean"]) - float(clusters[one]["mean"])
    inside = first * float(clusters[one]["variance"]) + second * float(clusters[other]["variance"])
    clusters[one]["mean"] += second / n * apart
    clusters[one]["variance"] = inside / n + first * second / (n * n) * apart * apart
    clusters[one]["n"], clusters[other]["n"] = n, 0.0


@bare_kernel
def closeness(clusters: States, one: int, other: int, finest: float) -> float:
    """How far two clusters are apart, in the sum of their scales."""
    apart = abs(float(clusters[one]["mean"]) - float(clusters[other]["mean"]))
    return apart / (scale_of(clusters[one], finest) + scale_of(clusters[other], finest))


@bare_kernel
def make_room(clusters: States, finest: float) -> int:
    """A free cluster: if there is none, the two that are closest become one."""
    one, other, least = 0, 1, math.inf
    for i in range(CLUSTERS):
        if clusters[i]["n"] == 0.0:
            return i
        for j in range(i):
            apart = closeness(clusters, i, j, finest)
            if apart < least:
                one, other, least = j, i, apart
    blend(clusters, one, other)
    return other


@bare_kernel
def nearest(clusters: States, value: float, finest: float) -> int:
    """The cluster that a value belongs to; -1 for none."""
    best, least = -1, FARTHEST
    for i in range(CLUSTERS):
        if clusters[i]["n"] > 0.0:
            away = abs(value - float(clusters[i]["mean"])) / scale_of(clusters[i], finest)
            if away <= least:
                best, least = i, away
    return best


@bare_kernel
def join(clusters: States, value: float, finest: float) -> None:
    """Let the mixture learn a value."""
    total = 0.0
    for i in range(CLUSTERS):
        total += float(clusters[i]["n"])
    if total >= LASTING:
        for i in range(CLUSTERS):
            clusters[i]["n"] *= 1.0 - 1.0 / LASTING
    at = nearest(clusters, value, finest)
    if at < 0:
        at = make_room(clusters, finest)
        clusters[at]["n"], clusters[at]["mean"], clusters[at]["variance"] = 1.0, value, 0.0
        return
    clusters[at]["n"] += 1.0
    error = value - float(clusters[at]["mean"])
    rate = 1.0 / float(clusters[at]["n"])
    clusters[at]["mean"] += rate * error
    clusters[at]["variance"] += rate * ((1.0 - rate) * error * error - float(clusters[at]["variance"]))
    for i in range(CLUSTERS):
        if i != at and clusters[i]["n"] > 0.0 and closeness(clusters, at, i, finest) < 1.0:
            blend(clusters, at, i)
            return
