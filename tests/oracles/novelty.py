"""How new a value is to its series, said plainly: from the whole list of what the series was shown, nothing kept."""

import math

import numpy as np

from tests.oracles.recurrence import left
from unusual.kernels import novelty
from unusual.kernels.novelty import LENGTH, NO_HOUR
from unusual.kernels.novelty_scale import KNOTS, STEEPNESS, WORTH
from unusual.kernels.ranking import IN_FEATURE
from unusual.kernels.student import t_surprise


class Twin:
    """One series. `shown` holds each sight with what was lasting about it; None where its errors were forgotten."""

    def __init__(self):
        self.shown = []

    @property
    def sights(self):
        return [sight for sight, _ in filter(None, self.shown)]

    @property
    def lasting(self):
        return [lasting for _, lasting in filter(None, self.shown)]

    def on_the_edge(self, sight):
        """Whether rounding decides what is worth a look."""
        return self._means() and abs(abs(self._mean(sight.error)) / self._scale() - 1.5) < 1e-5

    def _scale(self):
        means = self._means()
        return math.sqrt((mean_square(means) + novelty.FINEST) * (1.0 + 2.0 / len(means)))

    def sustained(self, sight):
        means, mean = self._means(), self._mean(sight.error)
        if len(means) < novelty.EARLY or mean * sight.error <= 0.0 or sight.error * sight.side < 0.0:
            return 0.0
        scale = self._scale()
        return t_surprise(abs(mean) / scale, 6.0) - math.log10(2.0) if abs(mean) >= 1.5 * scale else 0.0

    def strengths(self, sight, lasting):
        surprises = [one.surprise for one in self.sights]
        return [
            self._newness(surprises, sight.surprise, sight.hour),
            left(surprises, sight.surprise, sight.window, IN_FEATURE),
            self._beyond(sight),
            self._newness(self.lasting, lasting, sight.hour),
        ]

    def rarity(self, sight, lasting):
        if max(sight.surprise, lasting) < 1.0:
            return 0.0
        young = math.log10(max(1.0, novelty.GROWN / (len(self.sights) + 1.0)))
        worths = [worth(channel, strength) for channel, strength in enumerate(self.strengths(sight, lasting))]
        return max(
            0.0, *(one - young * (0.5 if channel == novelty.FREQUENCY else 1.0) for channel, one in enumerate(worths))
        )

    def _newness(self, surprises, surprise, hour):
        hours = [one.hour for one in self.sights]
        return surprise / (surprise + novelty.USUAL * (recent(surprises) + usual(surprises, hours, hour)) + 1.0)

    def _beyond(self, sight):
        values = [one.value for one in self.sights]
        if not values:
            return 0.0
        low, high = ends(values)
        out = max(sight.value - high if sight.side >= 0 else 0.0, low - sight.value if sight.side <= 0 else 0.0)
        if out <= 0.0:
            return 0.0
        return out / (out + novelty.NEAR * (high - low)) * sight.surprise / (sight.surprise + 1.0)

    def _errors(self, shown):
        """The last errors, clipped; nothing stands in for those there are none of, or that were forgotten."""
        since = max((at + 1 for at, one in enumerate(shown) if one is None), default=0)
        return [max(-novelty.CLIP, min(novelty.CLIP, sight.error)) for sight, _ in shown[since:]][-LENGTH:]

    def _mean(self, error):
        return sum([*self._errors(self.shown), max(-novelty.CLIP, min(novelty.CLIP, error))][-LENGTH:]) / LENGTH

    def _means(self):
        """Of each value from the sixteenth on, with the fifteen before it."""
        places = [at for at, one in enumerate(self.shown) if one is not None][LENGTH - 1 :]
        return [sum(self._errors(self.shown[: at + 1])) / LENGTH for at in places]


def recent(surprises):
    """Large surprises lately."""
    level = 0.0
    for one in surprises:
        level *= 0.5 ** (1.0 / novelty.RECENT)
        level += novelty.LEARNT * max(0.0, one - level)
    return level


def usual(surprises, hours, hour):
    """The largest of what is left of each stretch within one hour of the day, of the hours around this one."""
    if hour == NO_HOUR:
        return 0.0
    stretches = []
    for one, at in zip(surprises, hours, strict=True):
        if stretches and stretches[-1][0] == at:
            stretches[-1][1] = max(stretches[-1][1], one)
        else:
            stretches.append([at, one])
    if stretches and stretches[-1][0] == hour:
        stretches.pop()  # the one under way
    most = 0.0
    for place, (at, largest) in enumerate(stretches):
        later = sum(other == at for other, _ in stretches[place + 1 :])
        if min((at - hour) % 24, (hour - at) % 24) <= novelty.NEIGHBOURS:
            most = max(most, novelty.EXPECTED * largest * novelty.DAILY**later)
    return most


def ends(values):
    low = high = values[0]
    for value in values:
        creep = novelty.CREEP * (high - low)
        low, high = min(low + creep, value), max(high - creep, value)
    return low, high


def mean_square(means):
    answer = 0.0
    for seen, mean in enumerate(means):
        square = min(mean * mean, 9.0 * answer) if seen > novelty.EARLY else mean * mean
        answer += max(1.0 / (seen + 1.0), 1.0 - 0.5 ** (1.0 / novelty.LASTING)) * (square - answer)
    return answer


def worth(channel, strength):
    knots, worths = KNOTS[channel], WORTH[channel]
    beyond = max(0.0, strength - knots[-1]) * STEEPNESS[channel]
    return float(np.interp(strength, knots, worths)) + beyond
