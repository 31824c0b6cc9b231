"""How often values fall within what was expected of them: probabilities mean what they say, on many simulated noises.

A value lies within the interval that holds a share of all if and only if it is no more surprising than the rest of
them (`test_series` holds that of the bounds of nineteen values of twenty).
"""

import math

import numpy as np
import pytest

from tests.models.walks import in_a_row, measure, model, nobody, side_by_side
from unusual.kernels.walk import HIGH, LOW

SERIES = 60
KNOWN = 1000  # values after which a series is known
ASKED = 400
SPAN = 900
WHOLE = 0.5  # grain of counts
LUMP = 0.12  # counts come in lumps: around five each holds up to 0.18 of all


def autoregression(chance, size):
    values = chance.normal(size=size)
    for i in range(1, size[0]):
        values[i] += 0.8 * values[i - 1]
    return values


def daily(chance, size):
    level = 100.0 + 50.0 * np.sin(np.arange(size[0]) * SPAN * 2.0 * math.pi / 86_400)
    return level[:, None] * (1.0 + 0.1 * chance.normal(size=size))


NOISES = {
    "gaussian": lambda chance, size: chance.normal(100.0, 5.0, size),
    "exponential": lambda chance, size: chance.exponential(1.0, size),
    "log-normal": lambda chance, size: chance.lognormal(0.0, 1.0, size),
    "Student t of 3": lambda chance, size: chance.standard_t(3, size),
    "autoregression": autoregression,
    "daily": daily,
    "Poisson of 5": lambda chance, size: chance.poisson(5.0, size).astype(float),
    "Poisson of 50": lambda chance, size: chance.poisson(50.0, size).astype(float),
}
SKEWED = {"exponential", "log-normal", "Poisson of 5"}  # one scale for both sides is too wide for one of them


@pytest.mark.parametrize("noise", NOISES)
def test_shares_of_values_lie_within_the_intervals_that_hold_them(noise):
    values = NOISES[noise](np.random.default_rng(3), (KNOWN + ASKED, SERIES))
    asked = measure(span=SPAN, grain=WHOLE if "Poisson" in noise else 0.0)
    asked = asked._replace(bounded=np.ones(SERIES, np.bool_))
    verdict, _ = model(SERIES, SPAN).walk(asked, in_a_row(values), nobody(values.size), teach=True)
    surprise, low, high = (part.reshape(values.shape)[KNOWN:] for part in verdict[:1] + verdict[2:])
    held = {share: float(np.mean(surprise <= -math.log10(1.0 - share))) for share in (0.5, 0.9, 0.99)}
    held[0.95] = float(np.mean((low <= values[KNOWN:]) & (values[KNOWN:] <= high)))
    for share, off in (0.5, 0.1), (0.9, 0.035), (0.95, 0.02), (0.99, 0.01):
        more = 0.06 if noise in SKEWED else off
        more = max(more, LUMP) if "Poisson" in noise and share == 0.5 else more
        assert share - off <= held[share] <= share + max(off, more), (share, held[share])


@pytest.mark.parametrize("noise", sorted(NOISES.keys() - SKEWED))
def test_both_tails_are_as_heavy(noise):
    values = NOISES[noise](np.random.default_rng(5), (KNOWN + ASKED, SERIES))
    grain = WHOLE if "Poisson" in noise else 0.0
    for side in (HIGH, LOW):
        surprise, _, _ = side_by_side(model(SERIES, SPAN), values, span=SPAN, side=side, grain=grain)
        assert np.mean(surprise[KNOWN:] > 1.0) == pytest.approx(0.1, abs=0.03)
        assert np.mean(surprise[KNOWN:] > 2.0) == pytest.approx(0.01, abs=0.008)
