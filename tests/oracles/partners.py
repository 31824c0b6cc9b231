"""What correlated series make expected of each other, said plainly: one series, one bucket, one pair at a time."""

import math

from scipy import stats

from unusual.kernels import calibration, pairs, partners, walk
from unusual.kernels.ranking import LEAST
from unusual.kernels.student import t_surprise


class Pair:
    """The correlation that one series keeps with another."""

    def __init__(self):
        self.n, self.xy, self.xx, self.yy = 0.0, 0.0, 0.0, 0.0

    def learn(self, x, y):
        self.n = min(1000.0, self.n + 1.0)
        for name, product in (("xy", x * y), ("xx", x * x), ("yy", y * y)):
            setattr(self, name, getattr(self, name) + (product - getattr(self, name)) / self.n)

    @property
    def plain(self):
        return self.xy / math.sqrt(self.xx * self.yy) if self.xx > 0.0 and self.yy > 0.0 else 0.0

    @property
    def believed(self):
        if self.n < pairs.FEWEST or abs(self.plain) < 0.5:
            return 0.0
        z = math.atanh(min(abs(self.plain), pairs.SURE)) - 2.0 / math.sqrt(self.n - 3.0)
        return math.copysign(math.tanh(z), self.plain) if math.tanh(z) >= 0.5 else 0.0


class Twin:
    """Series of groups of at most seventeen, so that each keeps a correlation with every other of its group."""

    def __init__(self, groups, side):
        self.groups, self.side = groups, side
        self.pairs = {}  # (series, other), in order of meeting
        self.met = []
        self.square, self.judged = {}, {}
        self.trust = {}

    def bucket(self, values, telling, learnt):
        """(surprise, partner, explained) of each series that has a value; values: deviations by series."""
        strong = {s: self.partners(s, values) for s in values}
        errors = {s: self.error(s, values, telling, strong[s]) for s in values}
        explained = self.explained(values, telling, strong)
        told = {}
        for s, error in errors.items():
            surprise = 0.0 if error is None else calibration.calibrate(self.state(s), self.raw(s, error), walk.SHARPEST)
            best = max(strong[s], key=lambda other: abs(strong[s][other]), default=-1)
            told[s] = surprise, best, s in explained
        for s, error in errors.items():
            if s in learnt:
                self.learn(s, error, values, learnt)
        return told

    def partners(self, s, values):
        known = {o: pair.believed for (a, o), pair in self.pairs.items() if a == s and o in values}
        return {o: r for o, r in known.items() if r != 0.0}

    def error(self, s, values, telling, strong):
        if not strong:
            return None
        exact = 1.0 - max(r * r for r in strong.values())
        says = {o: r * values[o] for o, r in strong.items() if 1.0 - r * r <= partners.COMPARABLE * exact}
        low = sorted(min(0.0, v) if telling[o] >= LEAST else v for o, v in says.items())
        high = sorted(max(0.0, v) if telling[o] >= LEAST else v for o, v in says.items())
        return values[s] - min(max(values[s], low[(len(low) - 1) // 2]), high[len(high) // 2])

    def raw(self, s, error):
        scaled = error / max(partners.FINEST, math.sqrt(self.square.get(s, 1.0)))
        if self.side == 0:
            return max(0.0, t_surprise(abs(scaled), 6.0) - math.log10(2.0))
        return t_surprise(scaled * self.side, 6.0)

    def explained(self, values, telling, strong):
        departed = [s for s in values if telling[s] >= LEAST]
        groups = {s: {s} for s in departed}
        for s in departed:
            for other, r in strong[s].items():
                if other in groups and r * values[s] * values[other] > 0.0 and groups[s] is not groups[other]:
                    groups[s] |= groups[other]
                    for one in groups[s]:
                        groups[one] = groups[s]
        order = list(values)
        return {s for s in departed if s != max(groups[s], key=lambda o: (telling[o], -order.index(o)))}

    def learn(self, s, error, values, learnt):
        if s not in self.met:
            self.met.append(s)
        if error is not None:
            calibration.absorb(self.state(s), self.raw(s, error), walk.SHARPEST)
            square, judged = self.square.get(s, 1.0), self.judged.get(s, 0)
            rate = max(1.0 / (judged + partners.EARLY), 1.0 / partners.KEPT)
            least = max(square, partners.FINEST**2)
            self.square[s] = square + rate * (min(error * error, partners.WILD * least) - square)
            self.judged[s] = judged + 1
        cut = {o: min(3.0, max(-3.0, v)) for o, v in values.items()}
        for (a, other), pair in self.pairs.items():
            if a == s and other in learnt:
                pair.learn(cut[s], cut[other])
        self.meet(s)

    def meet(self, s):
        """Keep a correlation with the next one of the group, if there is one left."""
        ring = [o for o in self.met if self.groups[o] == self.groups[s]]
        kept = [o for a, o in self.pairs if a == s]
        at = ring.index(kept[-1] if kept else s)
        for step in range(1, len(ring) + 1):
            other = ring[(at + step) % len(ring)]
            if other != s and other not in kept:
                self.pairs[s, other] = Pair()
                return

    def state(self, s):
        return self.trust.setdefault(s, calibration.fresh().reshape(1))[0]


def deviation(surprise):
    """The standard normal value that is exceeded as seldom as 10^-surprise says."""
    return float(stats.norm.isf(10.0**-surprise))
