"""Where something usually happens: clusters of places on the globe, and how seldom a place is under them.

Places gather in clusters as they come; when there is no room for another, the two whose union costs least are joined
(J. H. Ward, J. Amer. Statist. Assoc. 58, 1963). A cluster is a bivariate Student t in the distance from its centre.
Some places lie where none was before: their distance from the nearest centre has a heavy tail, as jumps of people do
(D. Brockmann, L. Hufnagel, T. Geisel, "The scaling laws of human travel", Nature 439, 2006), on the scale of how far
the places reach at all, by the mean resultant length of their directions (K. V. Mardia, P. E. Jupp, "Directional
Statistics", 2000). A place is as unusual as the probability of the region where the density is no larger
(R. J. Hyndman, "Computing and graphing highest density regions", Amer. Statist. 50, 1996), clusters taken as apart.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels import calibration
from unusual.kernels.arrays import Floats, States
from unusual.kernels.compiled import kernel
from unusual.kernels.geography import EARTH
from unusual.kernels.samples import DAY, Judgement, Samples

CLUSTERS = 24

CLUSTER = np.dtype(
    [
        ("n", "f8"),  # places learnt, faded; 0 for a free row
        ("squares", "f8"),  # sum of half their squared distances from the centre, faded [km^2]
        ("x", "f8"),  # of the unit vector of the centre
        ("y", "f8"),
        ("z", "f8"),
    ]
)
REGION = np.dtype(
    [
        ("n", "f8"),  # places learnt, faded
        ("novel", "f8"),  # of which so many were jumps to where none was before, faded
        ("x", "f8"),  # of the mean of their unit vectors
        ("y", "f8"),
        ("z", "f8"),
        ("begun", "i8"),  # number of the first bucket learnt
        ("bucket", "i8"),  # number of the newest bucket learnt
    ]
)
LAYOUT = 1

HALF_LIFE = 60 * DAY  # of what was learnt [s]
FINEST = 0.2  # least scale of a cluster [km]
NEAREST = 1.0  # least scale of jumps [km]
UNKNOWN = 1000.0  # what one day adds to that scale; less the longer the region is known [km]
PART = 0.1  # scale of a new cluster, as a share of how far the places of its region spread
PRIOR = 2.0  # how many places the first scale of a cluster is worth
WITHIN = 5.0  # scales from its centre up to which a cluster takes a place
SHARPEST = 0.7  # how far calibration may sharpen a careful model
FREEDOM, JUMP_FREEDOM = 4.0, 2.0  # of the t distributions
NO_MIDDLE = 1e-9  # shorter vectors are sums of opposite ones
SMALL = 1e-3  # sine of an angle that two terms of its series give to sixteen digits


class Regions(NamedTuple):
    """Learnt rows of S regions.

    rows          (S,)  REGION
    clusters      (S, CLUSTERS)  CLUSTER
    calibrations  (S,)  CALIBRATION
    """

    rows: States
    clusters: States
    calibrations: States


@kernel
def distance(x: float, y: float, z: float) -> float:
    """Great-circle distance of two unit vectors that differ by this [km]; the haversine formula, exact if small."""
    half = 0.5 * math.sqrt(x * x + y * y + z * z)
    if half < SMALL:
        return 2.0 * EARTH * half * (1.0 + half * half / 6.0)
    return 2.0 * EARTH * math.asin(min(1.0, half))


@kernel
def from_centre(cluster: States, vector: Floats) -> float:
    """How far a place is from the centre of a cluster [km]."""
    return distance(cluster["x"] - vector[0], cluster["y"] - vector[1], cluster["z"] - vector[2])


@kernel
def between(one: States, other: States) -> float:
    """How far the centres of two clusters are from each other [km]."""
    return distance(one["x"] - other["x"], one["y"] - other["y"], one["z"] - other["z"])


@kernel
def density(away: float, square: float, freedom: float) -> float:
    """Of a bivariate Student t at a distance from its centre [1 / km^2].

    square: of its scale [km^2]; freedom: one of the two above
    """
    rest = 1.0 + away * away / (square * freedom)
    power = rest * rest if freedom == JUMP_FREEDOM else rest * rest * rest
    return 1.0 / (2.0 * math.pi * square * power)


@kernel
def beyond(found: float, peak: float, freedom: float) -> float:
    """Probability of the part of a bivariate Student t where its density is at most `found`; `peak`: at the centre."""
    return 1.0 if found >= peak else math.pow(found / peak, freedom / (freedom + 2.0))


class Scales(NamedTuple):
    """Squared scales: of jumps, and of a cluster that has no place yet [km^2]."""

    jump: float
    cluster: float


@kernel
def scales_of(row: States, span: int) -> Scales:
    """How far the places of a region spread; jumps may go farther while it is not known for long."""
    length = math.sqrt(row["x"] * row["x"] + row["y"] * row["y"] + row["z"] * row["z"])
    spread = EARTH * math.sqrt(max(0.0, 2.0 * (1.0 - length)))
    days = min(row["n"], 1.0 + (row["bucket"] - row["begun"]) * span / DAY)
    jump, first = max(NEAREST, spread) + UNKNOWN / (1.0 + days), max(FINEST, PART * spread)
    return Scales(jump * jump, first * first)


@kernel
def square_of(cluster: States, scales: Scales) -> float:
    """The squared scale of a cluster [km^2]."""
    square = (PRIOR * scales.cluster + float(cluster["squares"])) / (PRIOR + float(cluster["n"]))
    return max(FINEST * FINEST, square)


@kernel
def jumping(row: States) -> float:
    """The share of places that lie where none was before."""
    return (float(row["novel"]) + 0.5) / (float(row["n"]) + 1.0)


@kernel
def nearest(clusters: States, vector: Floats) -> tuple[int, float]:
    """The cluster whose centre is nearest to a place, and how far [km]; -1 when there is none."""
    best, least = -1, math.inf
    for k in range(clusters.size):
        if clusters[k]["n"] > 0.0:
            away = from_centre(clusters[k], vector)
            if away < least:
                best, least = k, away
    return best, least


@kernel
def density_at(regions: Regions, at: int, vector: Floats, scales: Scales) -> float:
    """The density of a region at a place [1 / km^2]."""
    row = regions.rows[at]
    share = jumping(row)
    total, least = 0.0, math.inf
    for k in range(CLUSTERS):
        cluster = regions.clusters[at, k]
        if cluster["n"] > 0.0:
            away = from_centre(cluster, vector)
            least = min(least, away)
            total += cluster["n"] * density(away, square_of(cluster, scales), FREEDOM)
    return total * (1.0 - share) / float(row["n"]) + share * density(least, scales.jump, JUMP_FREEDOM)


@kernel
def tail(regions: Regions, at: int, found: float, scales: Scales) -> float:
    """The probability of a place where the density is at most `found` [1 / km^2]."""
    row = regions.rows[at]
    share = jumping(row)
    known = (1.0 - share) / row["n"]
    total = share * beyond(found, share / (2.0 * math.pi * scales.jump), JUMP_FREEDOM)
    for k in range(CLUSTERS):
        cluster = regions.clusters[at, k]
        if cluster["n"] > 0.0:
            part = known * cluster["n"]
            total += part * beyond(found, part / (2.0 * math.pi * square_of(cluster, scales)), FREEDOM)
    return min(1.0, max(total, 1e-300))


@kernel
def judge(regions: Regions, span: int, places: Samples, vectors: Floats, i: int, answer: Judgement) -> float:
    """Judge entry i; returns its surprise before calibration, -1 when nothing is known yet."""
    at = places.row[i]
    row = regions.rows[at]
    first = places.first[i]
    answer.least[i], answer.typical[i] = first, -1.0
    if row["n"] <= 0.0:
        return -1.0
    scales = scales_of(row, span)
    least, different = math.inf, 0
    for j in range(first, places.first[i + 1]):
        if j > first and places.value[j] == places.value[j - 1]:
            continue
        different += 1
        found = density_at(regions, at, vectors[j], scales)
        if found < least:
            least = found
            answer.least[i] = j
    answer.typical[i] = nearest(regions.clusters[at], vectors[answer.least[i]])[0]
    return max(0.0, -math.log10(tail(regions, at, least, scales) * different))


@kernel
def join(clusters: States, one: int, other: int) -> None:
    """Let a cluster take over another one."""
    taker, taken = clusters[one], clusters[other]
    n = taker["n"] + taken["n"]
    apart = between(taker, taken)
    taker["squares"] += taken["squares"] + 0.5 * taker["n"] * taken["n"] / n * apart * apart
    share = taken["n"] / n
    move(taker, share * (taken["x"] - taker["x"]), share * (taken["y"] - taker["y"]), share * (taken["z"] - taker["z"]))
    taker["n"] = n
    taken["n"] = 0.0


@kernel
def move(cluster: States, east: float, north: float, up: float) -> None:
    """Move the centre of a cluster by this in x, y and z, and back to the globe."""
    x, y, z = cluster["x"] + east, cluster["y"] + north, cluster["z"] + up
    length = math.sqrt(x * x + y * y + z * z)
    if length > NO_MIDDLE:
        cluster["x"], cluster["y"], cluster["z"] = x / length, y / length, z / length


@kernel
def room(clusters: States) -> int:
    """A free row, made by joining the two clusters whose union costs least when all are taken."""
    for k in range(clusters.size):
        if clusters[k]["n"] <= 0.0:
            return k
    one, other, least = 0, 1, math.inf
    for k in range(clusters.size):
        for m in range(k):
            apart = between(clusters[k], clusters[m])
            cost = clusters[k]["n"] * clusters[m]["n"] / (clusters[k]["n"] + clusters[m]["n"]) * apart * apart
            if cost < least:
                one, other, least = m, k, cost
    join(clusters, one, other)
    return other


@kernel
def gather(regions: Regions, at: int, vector: Floats, scales: Scales) -> None:
    """Give a place to the cluster that explains it best, or begin a new one.

    It counts as a jump by the share that jumps have in the density there.
    """
    clusters, row = regions.clusters[at], regions.rows[at]
    best, most = -1, 0.0
    for k in range(clusters.size):
        if clusters[k]["n"] > 0.0:
            away, square = from_centre(clusters[k], vector), square_of(clusters[k], scales)
            found = clusters[k]["n"] * density(away, square, FREEDOM)
            if away * away <= WITHIN * WITHIN * square and found > most:
                best, most = k, found
    if best >= 0:
        cluster = clusters[best]
        away = from_centre(cluster, vector)
        cluster["squares"] += 0.5 * away * away * cluster["n"] / (cluster["n"] + 1.0)
        share = 1.0 / (cluster["n"] + 1.0)
        x, y, z = vector[0] - cluster["x"], vector[1] - cluster["y"], vector[2] - cluster["z"]
        move(cluster, share * x, share * y, share * z)
        cluster["n"] += 1.0
        return
    if row["n"] > 0.0:
        away = nearest(clusters, vector)[1]
        jumps = jumping(row) * density(away, scales.jump, JUMP_FREEDOM)
        row["novel"] += jumps / density_at(regions, at, vector, scales)
    cluster = clusters[room(clusters)]
    cluster["n"], cluster["squares"] = 1.0, 0.0
    cluster["x"], cluster["y"], cluster["z"] = vector[0], vector[1], vector[2]


@kernel
def fade(regions: Regions, at: int, bucket: int, span: int) -> None:
    """Go on to a bucket: what was learnt before weighs less."""
    row = regions.rows[at]
    if row["n"] <= 0.0:
        row["begun"] = bucket
    elif bucket > row["bucket"]:
        factor = math.pow(0.5, (bucket - row["bucket"]) * span / HALF_LIFE)
        row["n"] *= factor
        row["novel"] *= factor
        for k in range(CLUSTERS):
            regions.clusters[at, k]["n"] *= factor
            regions.clusters[at, k]["squares"] *= factor
    row["bucket"] = bucket


@kernel
def learn(regions: Regions, span: int, places: Samples, vectors: Floats, i: int) -> None:
    """Let the region of entry i learn the different places of the entry."""
    at = places.row[i]
    row = regions.rows[at]
    fade(regions, at, places.bucket[i], span)
    for j in range(places.first[i], places.first[i + 1]):
        if j > places.first[i] and places.value[j] == places.value[j - 1]:
            continue
        gather(regions, at, vectors[j], scales_of(row, span))
        row["n"] += 1.0
        row["x"] += (vectors[j, 0] - row["x"]) / row["n"]
        row["y"] += (vectors[j, 1] - row["y"]) / row["n"]
        row["z"] += (vectors[j, 2] - row["z"]) / row["n"]


@kernel
def walk_places(
    regions: Regions, span: int, places: Samples, vectors: Floats, answer: Judgement, centres: Floats, teach: bool
) -> None:
    """Judge the entries of each bucket by the buckets before and, if `teach`, learn those that may be learnt.

    span     length of a bucket [s]
    vectors  (m, 3)  of the places; centres: (k, 3) the answer: the usual centre nearest to the least usual place
    """
    raw = np.empty(places.row.size)
    first = 0
    while first < places.row.size:
        end = first
        while end < places.row.size and places.bucket[end] == places.bucket[first]:
            end += 1
        for i in range(first, end):
            raw[i] = judge(regions, span, places, vectors, i, answer)
            answer.surprise[i] = calibration.calibrate(regions.calibrations[places.row[i]], max(0.0, raw[i]), SHARPEST)
            near = int(answer.typical[i])
            if near >= 0:
                centre = regions.clusters[places.row[i], near]
                centres[i, 0], centres[i, 1], centres[i, 2] = centre["x"], centre["y"], centre["z"]
            else:
                centres[i] = vectors[answer.least[i]]
        for i in range(first, end):
            if teach and places.learnt[i]:
                if raw[i] >= 0.0:
                    calibration.absorb(regions.calibrations[places.row[i]], raw[i], SHARPEST)
                learn(regions, span, places, vectors, i)
        first = end
