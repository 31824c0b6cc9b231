"""Which noise a series has around what is expected of it: four families, weighted by how likely each made the values.

* errors: Student-t errors of each prediction
* skewed: Student-t errors of the logarithm, for positive values that scatter more upwards
* counted: negative binomial, Poisson where it scatters no more, for whole numbers of things that happen
* clustered: a mixture of clusters of values, for several modes and for what steps between few values

The first three are about each prediction and are averaged over them; the last knows none. A family's weight follows
the likelihood of the values under it (A. P. Dawid, "The prequential approach", J. R. Statist. Soc. A 147, 1984), and
surprises are averaged by the weights (a logarithmic opinion pool: C. Genest, J. V. Zidek, Statist. Sci. 1, 1986).
"""

import math

import numpy as np

from unusual.kernels import predictors
from unusual.kernels.arrays import States
from unusual.kernels.clusters import CLUSTER, CLUSTERS, density_of, join, modes_of, surprise_among, surprise_of
from unusual.kernels.compiled import bare_kernel
from unusual.kernels.counted import count_log_likelihood, count_tail
from unusual.kernels.learnt import PREDICTORS, Series
from unusual.kernels.predictors import Forecast
from unusual.kernels.student import FREEDOM, RAREST, t_density, t_tail

FAMILIES = 4
ERRORS, SKEWED, COUNTED, CLUSTERED = range(FAMILIES)
NOISE = np.dtype(
    [
        ("likelihood", "f4", (FAMILIES,)),  # over that of the errors [nats]
        ("weight", "f4", (FAMILIES,)),  # sums to 1
        ("lift", "f8"),  # added before a logarithm is taken [unit]; 0 where none can be taken
        ("clusters", CLUSTER, (CLUSTERS,)),
    ]
)
LAYOUT = 1

FORGETTING = 0.99  # of the log likelihoods, per value weighed
NEWCOMER = 4.0  # how far behind the errors the others start [nats]
DECISIVE = 5.0  # the most that one value can say for or against a family [nats]
HALF = 0.5  # of the weight, from which on a family is believed
NEGLIGIBLE = 0.1  # weight below which a family is left out
YOUNG = 100.0  # values that are all weighed
EVERY = 7  # of the later ones, every so many is: no divisor of a day
LIFT = 0.1  # of the slow level
FINE = 0.1  # of the usual step: what lies closer together is one value
WHOLE = 0.6  # grains of a cluster's least scale: around one whole number it is as dense as that is likely
LEAST = 0.01  # mean of counts


def fresh() -> States:
    """One row, () NOISE, that believes in errors."""
    row = np.zeros((), NOISE)
    row["weight"][ERRORS] = 1.0
    return row


@bare_kernel
def log_error(value: float, mean: float, lift: float) -> float:
    """How far the logarithm of a value is from what is expected; below zero a straight line goes on."""
    return math.log((max(value, 0.0) + lift) / (max(mean, 0.0) + lift)) + min(value, 0.0) / lift


@bare_kernel
def own_scale(scale: float, value: float, mean: float) -> float:
    """A scale less what it has for the rounding of a value larger than the prediction: that is none of the noise."""
    return scale - predictors.ROUNDING * max(0.0, abs(value) - abs(mean))


@bare_kernel
def dispersion_of(mean: float, scale: float) -> float:
    """What a negative binomial of this mean and standard deviation scatters beyond Poisson, as a share of mean^2."""
    return max(0.0, (scale * scale / mean - 1.0) / mean)


@bare_kernel
def shaped_tail(family: int, value: float, mean: float, scale: float, lift: float, direction: float) -> float:
    """P(at least as far out as `value` to one side) in a family, about one prediction."""
    if family == SKEWED:
        relative = scale / (max(mean, 0.0) + lift)
        return t_tail(direction * log_error(value, mean, lift) / relative, FREEDOM)
    mean = max(mean, LEAST)
    return count_tail(value, mean, dispersion_of(mean, scale), direction)


@bare_kernel
def shaped_density(family: int, value: float, mean: float, scale: float, lift: float) -> float:
    """Density of a value in a family, about one prediction [1 per unit]."""
    if family == SKEWED:
        return t_density(log_error(value, mean, lift), scale / (max(mean, 0.0) + lift)) / (value + lift)
    mean = max(mean, LEAST)
    return math.exp(count_log_likelihood(value, mean, dispersion_of(mean, scale)))


@bare_kernel
def least_scale(levels: States) -> float:
    """Of a cluster, which may be a single value [unit]."""
    return FINE * float(levels["step"]) + predictors.FINEST


@bare_kernel
def family_surprise(series: Series, at: int, family: int, into: Forecast, value: float, direction: float) -> float:
    """-log10 P(at least as far out as `value` to one side) in a family."""
    row = series.noise[at]
    if family == CLUSTERED:
        return surprise_of(row["clusters"], least_scale(series.levels[at]) * into.wider[0], value, direction)
    if family == ERRORS:
        return predictors.tail(series, at, into, value, direction)
    lift, total = float(row["lift"]), 0.0
    for i in range(PREDICTORS):
        if into.weight[i] > 0.0:
            scale = own_scale(into.scale[i], value, into.mean[i])
            total += into.weight[i] * shaped_tail(family, value, into.mean[i], scale, lift, direction)
    return max(0.0, -math.log10(max(total, RAREST)))


@bare_kernel
def surprise(series: Series, at: int, into: Forecast, value: float, direction: float) -> float:
    """-log10 P(at least as far out as `value` to one side), averaged over the families.

    direction  +1 upper tail, -1 lower tail
    """
    total, weights = 0.0, series.noise[at]["weight"]
    for family in range(FAMILIES):
        weight = float(weights[family])
        if weight > 0.0:
            total += weight * family_surprise(series, at, family, into, value, direction)
    return total


@bare_kernel
def between(series: Series, at: int, into: Forecast, value: float) -> float:
    """-log10 P(as far from all clusters) of a value among them, as far as the series has clusters."""
    row = series.noise[at]
    weight = float(row["weight"][CLUSTERED])
    if weight == 0.0:
        return 0.0
    return weight * surprise_among(row["clusters"], least_scale(series.levels[at]) * into.wider[0], value)


@bare_kernel
def several(row: States) -> bool:
    """Whether the values are believed to come from more than one cluster."""
    return bool(row["weight"][CLUSTERED] > HALF and modes_of(row["clusters"]) > 1)


@bare_kernel
def weighs(n: float) -> bool:
    """Whether a value is one that is weighed. n: values learnt before it."""
    return n < YOUNG or int(n) % EVERY == 0


@bare_kernel
def log_likelihood(row: States, family: int, into: Forecast, value: float) -> float:
    """log density of a value in a family that is about predictions [nats]; -inf where there is none."""
    lift, density = float(row["lift"]), 0.0
    if family == SKEWED and (lift <= 0.0 or value < 0.0):
        return -math.inf
    for i in range(PREDICTORS):
        if into.weight[i] > 0.0:
            scale = own_scale(into.scale[i], value, into.mean[i])
            density += into.weight[i] * shaped_density(family, value, into.mean[i], scale, lift)
    return math.log(density) if density > 0.0 else -math.inf


@bare_kernel
def credit(row: States, family: int, gained: float) -> None:
    """Add what a family says of a value, over what the errors say [nats]."""
    more = max(-DECISIVE, min(DECISIVE, gained))
    row["likelihood"][family] = FORGETTING * row["likelihood"][family] + more


@bare_kernel
def reweigh(row: States) -> None:
    """Turn likelihoods into weights."""
    most = 0.0
    for family in range(1, FAMILIES):
        most = max(most, row["likelihood"][family] - NEWCOMER)
    whole, kept = 0.0, 0.0
    for family in range(FAMILIES):
        behind = 0.0 if family == ERRORS else NEWCOMER
        row["weight"][family] = math.exp(row["likelihood"][family] - behind - most)
        whole += float(row["weight"][family])
    for family in range(FAMILIES):
        if row["weight"][family] < NEGLIGIBLE * whole:
            row["weight"][family] = 0.0
        kept += float(row["weight"][family])
    for family in range(FAMILIES):
        row["weight"][family] /= kept


@bare_kernel
def learn(series: Series, at: int, into: Forecast, value: float, grain: float) -> None:
    """Weigh the families by a value, if it is one that is weighed, then let them learn it.

    grain  as in `walk.Measure`, above zero for counts
    """
    row, levels = series.noise[at], series.levels[at]
    if not weighs(levels["n"]):
        return
    errors = predictors.log_likelihood(into, value)
    row["lift"] = LIFT * levels["slow"] + grain if levels["slow"] > 0.0 else 0.0
    credit(row, SKEWED, log_likelihood(row, SKEWED, into, value) - errors)
    credit(row, COUNTED, (log_likelihood(row, COUNTED, into, value) if grain > 0.0 else -math.inf) - errors)
    finest = least_scale(levels) + WHOLE * grain
    density = density_of(row["clusters"], finest, value)
    credit(row, CLUSTERED, (math.log(density) if density > 0.0 else -math.inf) - errors)
    join(row["clusters"], value, finest)
    reweigh(row)
