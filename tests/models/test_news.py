"""How often series of noise have news to tell, young or old: as seldom as the rarity of the news says."""

import numpy as np
import pytest

from tests.models.walks import model, side_by_side

SERIES = 500
SPAN = 300
AGES = ((0, 40), (40, 100), (100, 300), (300, 600))


def leaning(chance, size):
    """Values that lean on the one before."""
    values = chance.normal(size=size)
    for i in range(1, size[0]):
        values[i] += 0.9 * values[i - 1]
    return values


NOISES = {
    "gaussian": lambda chance, size: chance.normal(size=size),
    "log-normal": lambda chance, size: chance.lognormal(3.0, 0.5, size),
    "Poisson of 50": lambda chance, size: chance.poisson(50.0, size).astype(float),
    "autoregression": leaning,
}


@pytest.mark.parametrize("noise", NOISES)
def test_a_young_series_of_noise_is_as_seldom_news_as_an_old_one(noise):
    values = NOISES[noise](np.random.default_rng(1), (AGES[-1][1], SERIES))
    _, _, news = side_by_side(model(SERIES, SPAN), values, span=SPAN)
    for begin, end in AGES:
        told = news.rarity[begin:end]
        assert np.mean(told > 4.0) < 1.0 / 1000.0, (begin, end)
        assert np.mean(told > 5.2) < 1.0 / 5000.0, (begin, end)


def test_what_a_new_series_starts_from_is_what_noise_leaves_in_the_long_run():
    values = np.random.default_rng(2).normal(size=(4000, 50))
    fresh, old = model(50, SPAN), model(50, SPAN)
    side_by_side(old, values, span=SPAN)
    for memory in ("single", "lasting"):
        before, after = (float(np.mean(one.state()["news"][memory]["recent"])) for one in (fresh, old))
        assert before == pytest.approx(after, rel=0.5)
