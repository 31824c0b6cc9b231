"""Tails and likelihoods of Student's t distribution, on a logarithmic scale that never overflows."""

import math

from unusual.kernels.compiled import bare_kernel

LN10 = math.log(10.0)
NEARLY_CERTAIN = 5.0  # beyond this many deviations the normal tail is taken by its bound
LN_T6 = math.lgamma(3.5) - math.lgamma(3.0) - 0.5 * math.log(6.0 * math.pi)  # log density at 0 of 6 degrees of freedom
FARTHEST = 1e150  # deviations whose square is finite


@bare_kernel
def normal_surprise(y: float) -> float:
    """-log10 P(Y > y) for a standard normal Y.

    Below 5 by erfc; above by Gordon's lower bound of the tail, exp(-y^2/2) / ((y + 1/y) sqrt(2 pi)), whose relative
    error in the logarithm is under 0.03 % there; a bound from that side keeps the surprise growing where the two meet
    (R. D. Gordon, Ann. Math. Stat. 12, 1941).
    """
    if y < NEARLY_CERTAIN:
        return -math.log10(0.5 * math.erfc(y * math.sqrt(0.5)))
    return (0.5 * y * y + math.log((y + 1.0 / y) * math.sqrt(2.0 * math.pi))) / LN10


@bare_kernel
def t_surprise(z: float, freedom: float) -> float:
    """-log10 P(T > z) for Student's t with `freedom` degrees of freedom, any real z.

    Wallace's normal approximation (D. L. Wallace, "Bounds on normal approximations to Student's and the chi-square
    distributions", Ann. Math. Stat. 30, 1959).
    """
    far = min(abs(z), FARTHEST)
    y = math.sqrt(freedom * math.log1p(far * far / freedom)) * (1.0 - 0.25 / freedom)
    return normal_surprise(y if z >= 0.0 else -y)


@bare_kernel
def t_log_likelihood(error: float, variance: float, freedom: float) -> float:
    """log of Student's t density at `error` for a squared scale `variance` > 0, up to a constant of `freedom`."""
    return -0.5 * ((freedom + 1.0) * math.log1p(error * error / (freedom * variance)) + math.log(variance))
