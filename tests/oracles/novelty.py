"""How new a value is to its series, said plainly: from the whole list of what the series was shown, nothing kept."""

import math

import numpy as np

from tests.oracles.jumps import comes_home, most_for_a_jump
from tests.oracles.recurrence import left
from unusual.kernels import novelty
from unusual.kernels.novelty import LENGTH, NO_HOUR
from unusual.kernels.novelty_scale import KNOTS, STEEPNESS, WORTH
from unusual.kernels.ranking import IN_FEATURE, LEAST
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
        """Whether rounding decides what is worth a look, or whether the like comes each day."""
        if abs(self._each_day(sight) - IN_FEATURE.near) < 1e-5:
            return True
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
            min(left(surprises, sight.surprise, sight.window, IN_FEATURE), self._daily(sight)),
            self._beyond(sight),
            self._newness(self.lasting, lasting, sight.hour),
        ]

    def rarity(self, sight, lasting):
        if max(sight.surprise, lasting) < 1.0:
            return 0.0
        young = math.log10(max(1.0, novelty.GROWN / (len(self.sights) + 1.0)))
        most = max(worth(channel, strength) for channel, strength in enumerate(self.strengths(sight, lasting)))
        news = min(max(0.0, most - young), most_for_a_jump(self.sights, sight))
        return news / 2 if comes_home(self.sights, sight) else news

    def _newness(self, surprises, surprise, hour):
        hours = [one.hour for one in self.sights]
        return surprise / (surprise + novelty.USUAL * (recent(surprises) + usual(surprises, hours, hour)) + 1.0)

    def _each_day(self, sight):
        """How large a part of the surprise comes on an ordinary day."""
        hours = [one.hour for one in self.sights]
        return ordinary([one.surprise for one in self.sights], hours, sight.hour) / max(sight.surprise, 1e-9)

    def _daily(self, sight):
        like, near = self._each_day(sight), IN_FEATURE.near
        if sight.surprise <= LEAST or like <= near:
            return math.inf
        often = min(1.0, (like - near) / (1.0 - near)) / (sight.window / 30 * 5 / 24)
        return max(LEAST, IN_FEATURE.beyond - math.log10(often))

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


def stretches(surprises, hours, hour):
    """[hour of the day, largest surprise] of each stretch within one hour, but for the one under way."""
    found = []
    for one, at in zip(surprises, hours, strict=True):
        if found and found[-1][0] == at:
            found[-1][1] = max(found[-1][1], one)
        else:
            found.append([at, one])
    return found[:-1] if found and found[-1][0] == hour else found


def about(at, hour):
    """Whether an hour of the day is about the same time as another."""
    return min((at - hour) % 24, (hour - at) % 24) <= novelty.NEIGHBOURS


def usual(surprises, hours, hour):
    """The largest of what is left of each stretch, of the hours around this one."""
    if hour == NO_HOUR:
        return 0.0
    over = stretches(surprises, hours, hour)
    most = 0.0
    for place, (at, largest) in enumerate(over):
        later = sum(other == at for other, _ in over[place + 1 :])
        if about(at, hour):
            most = max(most, novelty.EXPECTED * largest * novelty.DAILY**later)
    return most


def ordinary(surprises, hours, hour):
    """The largest surprise on an ordinary day, of the hours around this one."""
    if hour == NO_HOUR:
        return 0.0
    days = {}
    for at, largest in stretches(surprises, hours, hour):
        days.setdefault(at, []).append(largest)
    rate = novelty.ORDINARY
    faded = [sum(rate * (1 - rate) ** age * one for age, one in enumerate(reversed(of))) for of in days.values()]
    return max((one for at, one in zip(days, faded, strict=True) if about(at, hour)), default=0.0)


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
