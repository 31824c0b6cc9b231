"""How often a series jumped to another level, and whether it comes back from one, by the list of all it was shown."""

import math
from dataclasses import dataclass, field

from tests.oracles.recurrence import seen
from unusual.kernels.jumps import BEYOND, FEW, KEPT, NEAR, PROOF, STARTLING
from unusual.kernels.ranking import BLOCK, LEAST


@dataclass
class Stay:
    """One at another level. `begun`, `home_begun`: numbers of the values with which the series came there, and home."""

    home: float
    there: float
    begun: int
    home_begun: int
    phase: str = "not sure"
    kept: int = 0

    def nearer(self, one):
        return abs(one.value - self.there) < abs(one.value - self.home)

    def leads_back(self, one, at):
        """Whether a value, the one with this number, is one with which the series comes home."""
        way = self.home - self.there
        if at - self.begun > self.begun - self.home_begun or way == 0.0:
            return False
        if self.phase == "not sure":
            return abs(one.value - self.home) < NEAR * abs(way)
        share = (one.value - one.expected) / way
        return (0.0 if self.phase == "on the way home" else 1.0 - NEAR) < share < 1.0 + NEAR


@dataclass
class Course:
    """What a series did."""

    jumps: list = field(default_factory=list)  # (number of the value after which it was known, surprise)
    stay: Stay | None = None  # where it may come home from


def course(sights):
    """The course of a series up to now."""
    done, at, begun = Course(), 0, 0
    while at < len(sights):
        one, stay = sights[at], done.stay
        at += 1
        after = sights[at : at + PROOF]
        over = len(after) == PROOF
        if one.surprise < STARTLING:
            if stay is not None:
                stay.kept = min(stay.kept + 1, PROOF) if stay.nearer(one) else stay.kept - 1
                if stay.kept == 0:
                    done.stay, begun = None, stay.home_begun
        elif stay is not None and stay.leads_back(one, at - 1):
            at += PROOF
            stay.phase = "on the way home"
            if over:
                done.stay, begun = None, stay.home_begun
        else:
            done.stay = stay = Stay(one.expected, one.value, at, begun)
            begun = at
            at += PROOF
            if over:
                stay.phase, stay.kept = "there", sum(stay.nearer(later) for later in after)
                if stay.kept >= KEPT:
                    done.jumps.append((at, max(each.surprise for each in [one, *after])))
                else:
                    done.stay, begun = None, stay.home_begun
    return done


def comes_home(sights, sight):
    """Whether one sight more is back where the series was before."""
    stay = course(sights).stay
    return stay is not None and stay.leads_back(sight, len(sights))


def most_for_a_jump(sights, sight):
    """The decades that one departure more is worth at most."""
    weighed = [((1.0 - 1.0 / sight.window) ** (len(sights) - at), surprise) for at, surprise in course(sights).jumps]
    if not weighed:
        return math.inf
    n = sum(weight for weight, _ in weighed)
    mean = sum(weight * surprise for weight, surprise in weighed) / n
    rate = n / (seen([one.surprise for one in sights], sight.window) + BLOCK)
    believed = n**3 / (n**3 + FEW**3)
    return max(LEAST, BEYOND - math.log10(rate * believed) + math.log10(math.e) * sight.surprise / mean)
