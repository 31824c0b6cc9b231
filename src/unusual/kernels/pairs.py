"""Correlations of pairs of series of one group, each series with a bounded number of others.

They are exponentially weighted means (RiskMetrics technical document, 1996), believed as far as Fisher's lower
confidence bound (R. A. Fisher, Metron 1, 1921). A series looks for better ones among partners of partners (W. Dong, M.
Charikar, K. Li, "Efficient k-nearest neighbor graph construction", WWW 2011) and in turn among all of its group. Knows
deviations of series; knows nothing of what they are judged by.
"""

import math
from typing import NamedTuple

import numpy as np

from unusual.kernels.arrays import Flags, Floats, Ints, States
from unusual.kernels.compiled import bare_kernel

NOBODY = -1
PLACES = 16  # others that a series keeps correlations with
STRONG = 0.5  # least correlation that counts
LASTING = 1000.0  # values that a correlation is made of at most
FEWEST = 30.0  # values before it says anything
BOUND = 2.0  # standard errors by which a correlation may be wrong
SURE = 0.9999  # no correlation is higher
FAR = 3.0  # deviations that count at most for a correlation
STEPS = 32  # others looked at, at most, to find one to keep a correlation with
NO_TIME = -(1 << 62)  # number of a bucket before all others

ROW = np.dtype(
    [
        ("met", "i8"),  # as which of all series its first value was learnt, from 1 on; 0 before
        ("n", "f8"),  # values learnt
        ("judged", "f8"),  # of those with partners
        ("square", "f8"),  # mean square of errors [deviations^2]
        ("cursor", "i4"),  # the series of its group that it tried last
    ]
)
PLACE = np.dtype([("other", "i4"), ("n", "f4"), ("xy", "f4"), ("xx", "f4"), ("yy", "f4")])
LAYOUT = 1


class Company(NamedTuple):
    """What is learnt of series that belong to groups; changed in place.

    rows    (S,)    ROW
    places  (S, 16) PLACE, with whom each keeps a correlation; `other` is NOBODY where there is none yet
    trust   (S,)    CALIBRATION of the surprises of errors
    news    (S,)    NOVELTY of the errors
    group   (S,)    the group of each series
    after   (S,)    the series met after it in its group, the first one after the last; NOBODY before it is met
    newest  (G,)    the series of each group that was met last, NOBODY before any
    members (G,)    series of each group that were met
    met     (1,)    series met
    """

    rows: States
    places: States
    trust: States
    news: States
    group: Ints
    after: Ints
    newest: Ints
    members: Ints
    met: Ints


class Seen(NamedTuple):
    """Values, sorted by bucket, (k,) each; changed in none.

    bucket     number of the bucket
    series     at most once per bucket
    deviation  what a standard normal value is as surprising
    telling    by how many decades the value is unusual by itself
    learnt     whether its series may learn it
    """

    bucket: Ints
    series: Ints
    deviation: Floats
    telling: Floats
    learnt: Flags


class Glance(NamedTuple):
    """Who is in the bucket at hand, by series, (S,) each.

    bucket  in which a series was last; at: which value of the block that was
    """

    bucket: Ints
    at: Ints


@bare_kernel
def plain(place: States) -> float:
    """The correlation of a pair as it was found; 0 where nothing is known of it."""
    xx, yy = float(place["xx"]), float(place["yy"])
    return float(place["xy"]) / math.sqrt(xx * yy) if xx > 0.0 and yy > 0.0 else 0.0


@bare_kernel
def believed(place: States) -> float:
    """The correlation of a pair as far as it is sure, 0 where that is not STRONG."""
    n, r = float(place["n"]), plain(place)
    if place["other"] == NOBODY or n < FEWEST or abs(r) < STRONG:
        return 0.0
    least = math.tanh(math.atanh(min(abs(r), SURE)) - BOUND / math.sqrt(n - 3.0))
    if least < STRONG:
        return 0.0
    return least if r > 0.0 else -least


@bare_kernel
def hopeless(place: States) -> bool:
    """Whether the correlation of a pair is surely not STRONG, or there is no pair."""
    n, r = float(place["n"]), abs(plain(place))
    if place["other"] == NOBODY:
        return True
    return bool(n >= FEWEST and r < STRONG and math.atanh(r) + BOUND / math.sqrt(n - 3.0) < math.atanh(STRONG))


@bare_kernel
def present(company: Company, seen: Seen, i: int, which: int, glance: Glance) -> float:
    """The believed correlation with one of those that the series of value i knows; 0 if it is not in the bucket."""
    place = company.places[seen.series[i], which]
    other = place["other"]
    if other == NOBODY or glance.bucket[other] != seen.bucket[i]:
        return 0.0
    return believed(place)


@bare_kernel
def has(places: States, other: int) -> bool:
    """Whether a correlation with another series is kept."""
    found = False
    for k in range(PLACES):
        found |= bool(places[k]["other"] == other)
    return found


@bare_kernel
def friend(company: Company, at: int) -> int:
    """A partner of the best partner of a series that it keeps no correlation with; NOBODY without any."""
    best, who = 0.0, NOBODY
    for k in range(PLACES):
        correlation = abs(believed(company.places[at, k]))
        if correlation > best:
            best, who = correlation, company.places[at, k]["other"]
    if who == NOBODY:
        return NOBODY
    for k in range(PLACES):
        place = company.places[who, k]
        if believed(place) != 0.0 and place["other"] != at and not has(company.places[at], place["other"]):
            return int(place["other"])
    return NOBODY


@bare_kernel
def next_one(company: Company, at: int) -> int:
    """The next series of its group, in order of meeting, that a series keeps no correlation with, or NOBODY."""
    row = company.rows[at]
    for _ in range(STEPS):
        row["cursor"] = company.after[row["cursor"]]
        if row["cursor"] != at and not has(company.places[at], row["cursor"]):
            return int(row["cursor"])
    return NOBODY


@bare_kernel
def free(places: States) -> int:
    """The first place that is empty or hopeless; NOBODY where there is none."""
    for k in range(PLACES):
        if hopeless(places[k]):
            return k
    return NOBODY


@bare_kernel
def enter(company: Company, at: int) -> None:
    """A series whose first value is learnt joins the ring of its group."""
    company.met[0] += 1
    company.rows[at]["met"] = company.met[0]
    company.rows[at]["square"] = 1.0
    company.rows[at]["cursor"] = at
    before = company.newest[company.group[at]]
    company.after[at] = at if before == NOBODY else company.after[before]
    if before != NOBODY:
        company.after[before] = at
    company.newest[company.group[at]] = at
    company.members[company.group[at]] += 1


@bare_kernel
def seek(company: Company, at: int) -> None:
    """Let a series keep a correlation with one more of its group, where it has a place for it and knows not all."""
    places, kept = company.places[at], 0
    for k in range(PLACES):
        kept += places[k]["other"] != NOBODY
    others = company.members[company.group[at]] - 1
    which = free(places) if kept < others else NOBODY
    if which == NOBODY:
        return
    other = friend(company, at) if int(company.rows[at]["n"]) % 2 == 0 else NOBODY
    if other == NOBODY:
        other = next_one(company, at)
    if other != NOBODY:
        place = places[which]
        place["other"], place["n"] = other, 0.0
        place["xy"], place["xx"], place["yy"] = 0.0, 0.0, 0.0


@bare_kernel
def learn_pairs(company: Company, seen: Seen, i: int, glance: Glance) -> None:
    """Let the series of value i learn how it and those it keeps correlations with went."""
    at = seen.series[i]
    x = min(FAR, max(-FAR, seen.deviation[i]))
    for which in range(PLACES):
        place = company.places[at, which]
        other = place["other"]
        if other == NOBODY or glance.bucket[other] != seen.bucket[i] or not seen.learnt[glance.at[other]]:
            continue
        y = min(FAR, max(-FAR, seen.deviation[glance.at[other]]))
        place["n"] = min(LASTING, place["n"] + 1.0)
        rate = 1.0 / float(place["n"])
        place["xy"] += rate * (x * y - place["xy"])
        place["xx"] += rate * (x * x - place["xx"])
        place["yy"] += rate * (y * y - place["yy"])


@bare_kernel
def learn(company: Company, seen: Seen, i: int, glance: Glance) -> None:
    """Let the series of value i learn how it goes with others."""
    at = seen.series[i]
    row = company.rows[at]
    if row["met"] == 0:
        enter(company, at)
    learn_pairs(company, seen, i, glance)
    row["n"] += 1.0
    seek(company, at)
