"""When in its day or week something usually happens: densities on a circle, and how seldom a moment is under them.

Kernel density estimates of several widths are kept beside the uniform density, and weighted by how likely they made
the moments so far (A. P. Dawid, "Statistical theory: the prequential approach", J. R. Statist. Soc. A 147, 1984), with
a share of the weight passed round (M. Herbster, M. Warmuth, "Tracking the best expert", Machine Learning 32, 1998). The
kernel is a wrapped Student t. A moment is as unusual as the probability of the region where the density is no larger
than at that moment: the complement of a highest density region (R. J. Hyndman, Amer. Statist. 50, 1996).

A bucket teaches each of its bins once, however many records it has, so that a busy hour does not hide a quiet one.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels import calibration
from unusual.kernels.arrays import Floats, States
from unusual.kernels.compiled import kernel
from unusual.kernels.samples import DAY, Judgement, Samples

WIDTHS = 3  # of the kernels
UNIFORM = WIDTHS  # position of the uniform density among the weights
PHASES = 8  # positions of a moment within its bin that are told apart

CIRCLE = np.dtype(
    [
        ("n", "f8"),  # moments learnt, faded
        ("gain", "f8"),  # what a moment learnt now weighs; old ones weigh less and less beside it
        ("begun", "i8"),  # number of the first bucket learnt
        ("bucket", "i8"),  # number of the newest bucket learnt
        ("shift", "i8"),  # how far its clock is ahead [s]
    ]
)
LAYOUT = 1

HALF_LIFE = 60 * 86_400  # of what was learnt [s]
STEEP = 6.0  # how fast trust in what was learnt grows with the days
BOLDEST = 10.0  # how much more weight one moment can give a density, so that one outlier does not make all hours usual
LEAST_SHARE = 1e-9  # of the weight, passed round at each moment
HEAVIEST = 1e6  # gain from which on everything is scaled down
SHARPEST = 0.7  # how far calibration may sharpen a careful model


class Circles(NamedTuple):
    """Learnt rows of S circles.

    rows          (S,)  CIRCLE
    weights       (S, WIDTHS + 1)  of each density, the uniform one last
    density       (S, WIDTHS, B)  moments per bin, smoothed by each kernel, times the gain they were learnt at
    calibrations  (S,)  CALIBRATION
    """

    rows: States
    weights: Floats
    density: Floats
    calibrations: States


class Dial(NamedTuple):
    """How times are read.

    period  length of the circle [s]; span: of a bucket [s]
    kernel  (WIDTHS, PHASES, B)  share of a moment in bin 0 that each bin gets
    """

    period: int
    span: int
    kernel: Floats


@kernel
def place_of(time: float, shift: int, period: int, bins: int) -> float:
    """Where on the circle a time lies [bins], 0 <= place < bins."""
    return ((time + shift) % period) * bins / period


@kernel
def densities_at(circles: Circles, at: int, place: float, found: Floats) -> float:
    """Fill in the densities [per bin] of row `at` at a place; returns their weighted mean."""
    row = circles.rows[at]
    bins = circles.density.shape[2]
    low = int(place)
    high = (low + 1) % bins
    share = place - low
    mass = row["n"] * row["gain"]
    mean = 0.0
    for width in range(WIDTHS):
        line = circles.density[at, width]
        found[width] = ((1.0 - share) * line[low] + share * line[high]) / mass
        mean += circles.weights[at, width] * found[width]
    found[UNIFORM] = 1.0 / bins
    return float(mean + circles.weights[at, UNIFORM] / bins)


@kernel
def region(circles: Circles, at: int, density: float) -> float:
    """The probability of all bins whose density is at most `density` [per bin]."""
    row = circles.rows[at]
    bins = circles.density.shape[2]
    mass = row["n"] * row["gain"]
    flat = circles.weights[at, UNIFORM] / bins
    total = 0.0
    for i in range(bins):
        mean = flat
        for width in range(WIDTHS):
            mean += circles.weights[at, width] * circles.density[at, width, i] / mass
        if mean <= density * (1.0 + 1e-6):
            total += mean
    return min(1.0, max(total, density))


@kernel
def uphill(circles: Circles, at: int, place: float) -> float:
    """The peak of the smoothest density that is reached from a place by always going up [bins]."""
    line = circles.density[at, WIDTHS - 1]
    bins = line.size
    here = round(place) % bins
    for _ in range(bins):
        left, right = line[(here - 1) % bins], line[(here + 1) % bins]
        if max(left, right) <= line[here]:
            break
        here = (here - 1) % bins if left > right else (here + 1) % bins
    left, right = line[(here - 1) % bins], line[(here + 1) % bins]
    bend = left - 2.0 * line[here] + right
    return float((here + (0.5 * (left - right) / bend if bend < 0.0 else 0.0)) % bins)


@kernel
def judge(circles: Circles, dial: Dial, moments: Samples, i: int, found: Floats, answer: Judgement) -> float:
    """Judge entry i; returns its surprise before calibration, -1 when nothing is known yet."""
    at = moments.row[i]
    row = circles.rows[at]
    bins = circles.density.shape[2]
    first = moments.first[i]
    answer.least[i] = first
    answer.typical[i] = (moments.value[first] + 0.0) % dial.period
    if row["n"] <= 0.0:
        return -1.0
    least, places, newest = math.inf, 0, -1
    for j in range(first, moments.first[i + 1]):
        place = place_of(moments.value[j], row["shift"], dial.period, bins)
        density = densities_at(circles, at, place, found)
        if density < least:
            least = density
            answer.least[i] = j
        if int(place) != newest:
            newest = int(place)
            places += 1
    place = place_of(moments.value[answer.least[i]], row["shift"], dial.period, bins)
    answer.typical[i] = (uphill(circles, at, place) * dial.period / bins - row["shift"]) % dial.period
    return max(0.0, -math.log10(region(circles, at, least) * places))


@kernel
def reweigh(circles: Circles, at: int, dial: Dial, found: Floats, mean: float) -> None:
    """Let the weights follow how likely each density made a moment.

    What is passed round keeps anything possible until the days after the first turn of the circle have shown otherwise.
    """
    row, weights = circles.rows[at], circles.weights[at]
    days = ((row["bucket"] - row["begun"]) * dial.span - dial.period) / DAY
    trust = 1.0 + max(0.0, min(row["n"], days))
    share = max(LEAST_SHARE, math.pow(trust, -STEEP))
    total = 0.0
    for expert in range(WIDTHS + 1):
        weights[expert] *= min(BOLDEST, found[expert] / mean)
        total += weights[expert]
    for expert in range(WIDTHS + 1):
        weights[expert] = (1.0 - share) * weights[expert] / total + share / (WIDTHS + 1)


@kernel
def fade(circles: Circles, at: int, bucket: int, dial: Dial) -> None:
    """Go on to a bucket: what was learnt before weighs less."""
    row = circles.rows[at]
    if row["n"] == 0.0:
        row["gain"], row["begun"] = 1.0, bucket
        circles.weights[at, :UNIFORM] = 0.5 / WIDTHS
        circles.weights[at, UNIFORM] = 0.5
    elif bucket > row["bucket"]:
        factor = math.pow(2.0, (bucket - row["bucket"]) * dial.span / HALF_LIFE)
        row["n"] /= factor
        row["gain"] *= factor
        if row["gain"] > HEAVIEST:
            circles.density[at] /= row["gain"]
            row["gain"] = 1.0
    row["bucket"] = bucket


@kernel
def add(circles: Circles, at: int, dial: Dial, place: float) -> None:
    """Add a moment at a place [bins] to every density."""
    where = int(place)
    gain, bins = circles.rows[at]["gain"], circles.density.shape[2]
    phase = int((place - where) * PHASES)
    for width in range(WIDTHS):
        line, share = circles.density[at, width], dial.kernel[width, phase]
        for k in range(bins - where):
            line[where + k] += gain * share[k]
        for k in range(where):
            line[k] += gain * share[bins - where + k]
    circles.rows[at]["n"] += 1.0


@kernel
def learn(circles: Circles, dial: Dial, moments: Samples, i: int, found: Floats) -> None:
    """Let the circle of entry i learn one moment of each bin that the entry has."""
    at = moments.row[i]
    row = circles.rows[at]
    bins = circles.density.shape[2]
    fade(circles, at, moments.bucket[i], dial)
    newest = -1
    for j in range(moments.first[i], moments.first[i + 1]):
        place = place_of(moments.value[j], row["shift"], dial.period, bins)
        if int(place) == newest:
            continue
        newest = int(place)
        if row["n"] > 0.0:
            reweigh(circles, at, dial, found, densities_at(circles, at, place, found))
        add(circles, at, dial, place)


@kernel
def walk_moments(circles: Circles, dial: Dial, moments: Samples, answer: Judgement, teach: bool) -> None:
    """Judge the entries of each bucket by the buckets before and, if `teach`, learn those that may be learnt."""
    found = np.zeros(WIDTHS + 1)
    raw = np.empty(moments.row.size)
    first = 0
    while first < moments.row.size:
        end = first
        while end < moments.row.size and moments.bucket[end] == moments.bucket[first]:
            end += 1
        for i in range(first, end):
            raw[i] = judge(circles, dial, moments, i, found, answer)
            answer.surprise[i] = calibration.calibrate(circles.calibrations[moments.row[i]], max(0.0, raw[i]), SHARPEST)
        for i in range(first, end):
            if teach and moments.learnt[i]:
                if raw[i] >= 0.0:
                    calibration.absorb(circles.calibrations[moments.row[i]], raw[i], SHARPEST)
                learn(circles, dial, moments, i, found)
        first = end
