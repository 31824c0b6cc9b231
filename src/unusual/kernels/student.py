"""Tails and likelihoods of Student's t distribution and the normal one; logarithms of them never overflow."""

import math

from unusual.kernels.compiled import bare_kernel

LN10 = math.log(10.0)
NEARLY_CERTAIN = 5.0  # beyond this many deviations the normal tail is taken by its bound
FREEDOM = 6.0  # degrees of freedom of all errors of which enough are known
EACH = 1.0 / FREEDOM
KNOWN = math.sqrt(FREEDOM) * (1.0 - 0.25 * EACH)  # what `as_normal` multiplies by then
DENSITY = math.gamma(3.5) / (math.gamma(3.0) * math.sqrt(6.0 * math.pi))  # at 0, of this freedom
FARTHEST = 1e150  # deviations whose square is finite
RAREST = 1e-300  # probability that is still a number
FAR, WIDE = 1e20, 1e160  # squares of deviations, and variances, up to which a product of powers is a number


@bare_kernel
def normal_tail(y: float) -> float:
    """P(Y > y) for a standard normal Y; 0 where that is no number any more.

    Below 5 by erfc; above by Gordon's lower bound, exp(-y^2/2) / ((y + 1/y) sqrt(2 pi)), whose relative
    error in the logarithm is under 0.03 % there; a bound from that side keeps the tail falling where the two meet
    (R. D. Gordon, Ann. Math. Stat. 12, 1941).
    """
    if y < NEARLY_CERTAIN:
        return 0.5 * math.erfc(y * math.sqrt(0.5))
    return math.exp(-0.5 * y * y) / ((y + 1.0 / y) * math.sqrt(2.0 * math.pi))


@bare_kernel
def normal_surprise(y: float) -> float:
    """-log10 P(Y > y) for a standard normal Y, as in `normal_tail`."""
    if y < NEARLY_CERTAIN:
        return -math.log10(normal_tail(y))
    return (0.5 * y * y + math.log((y + 1.0 / y) * math.sqrt(2.0 * math.pi))) / LN10


@bare_kernel
def as_normal(z: float, freedom: float) -> float:
    """Where a standard normal is about as far out as Student's t with `freedom` degrees of freedom is at any real z.

    Wallace's approximation (D. L. Wallace, "Bounds on normal approximations to Student's and the chi-square
    distributions", Ann. Math. Stat. 30, 1959).
    """
    far = min(abs(z), FARTHEST)
    if freedom == FREEDOM:  # the same, with less to divide
        y = KNOWN * math.sqrt(math.log(1.0 + EACH * far * far))
    else:
        y = math.sqrt(freedom * math.log(1.0 + far * far / freedom)) * (1.0 - 0.25 / freedom)
    return y if z >= 0.0 else -y


@bare_kernel
def t_tail(z: float, freedom: float) -> float:
    """P(T > z) for Student's t with `freedom` degrees of freedom, any real z; 0 where that is no number any more."""
    return normal_tail(as_normal(z, freedom))


@bare_kernel
def t_surprise(z: float, freedom: float) -> float:
    """-log10 P(T > z) for Student's t with `freedom` degrees of freedom, any real z."""
    return normal_surprise(as_normal(z, freedom))


@bare_kernel
def t_density(error: float, scale: float) -> float:
    """Density of Student's t with FREEDOM degrees of freedom at `error` for a scale > 0; 0 where that is no number."""
    out = error / scale
    power = 1.0 + EACH * out * out
    return DENSITY / (scale * power * power * power * math.sqrt(power))


@bare_kernel
def t_log_likelihood(error: float, variance: float) -> float:
    """log of that density for a squared scale `variance` > 0, up to a constant."""
    power = 1.0 + EACH * (error * error / variance)
    if power < FAR and variance < WIDE:
        cube = power * power * power
        return -0.5 * math.log(cube * cube * power * variance)
    return -0.5 * ((FREEDOM + 1.0) * math.log(power) + math.log(variance))
