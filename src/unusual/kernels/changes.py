"""Lasting changes of a series: another level, another spread, another time of day, found by cumulated evidence.

Page's test (E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954): log likelihood ratios of "it changed"
against "as before" are summed up, never below zero; a sum of `ENOUGH` nats calls the change. While nothing changes
that comes less than once in exp(ENOUGH) values (G. Lorden, Ann. Math. Statist. 42, 1971). Errors are Student-t, so
that no single value decides. Knows one series at a time; what follows from a change is the caller's.
"""

import math

import numpy as np

from unusual.kernels.arrays import States
from unusual.kernels.compiled import bare_kernel

TESTS = 6
UP, DOWN, WIDER, NARROWER, EARLIER, LATER = range(TESTS)

TEST = np.dtype(
    [
        ("evidence", "f8"),  # [nats]
        ("n", "f8"),  # values since it was zero
        ("sum", "f8"),  # of their errors, or of the sizes of those [deviations]
    ]
)
CHANGES = np.dtype([("tests", TEST, (TESTS,)), ("steady", "f8"), ("spread", "f8")])
LAYOUT = 1

ENOUGH = np.array([15.0, 15.0, 30.0, 30.0, 15.0, 15.0])  # [nats]
FEWEST = 4.0  # values that make a change
WARM = 20.0  # values before any is looked for
SHIFT = 3.0  # a level that is another one [deviations]
FACTOR = 3.0  # a spread that is another one
HOURLY = 2.0  # evidence for another time of day that an hour can give [nats]: one late job is no change of clocks
FREEDOM = 6.0  # of the t distribution of errors
EVEN = math.pow(FACTOR, 2.0 / (FREEDOM + 1.0))  # ratio of densities at which neither spread is likelier
WIDE = math.sqrt((EVEN - 1.0) * FREEDOM / (1.0 - EVEN / FACTOR**2))  # an error that speaks for a wider one [deviations]
NARROW = WIDE / FACTOR  # one below this speaks for a narrower one [deviations]
MEAN_SIZE = 0.9186  # of an error of that distribution [deviations]: 2 sqrt(6) gamma(3.5) / (sqrt(pi) gamma(3) 5)
SETTLING = 0.002  # of a new spread that the predictors have learnt by themselves, per value
STEADINESS = 0.005  # rate at which it is learnt whether a series keeps to its level or season


@bare_kernel
def log_density(error: float) -> float:
    """log of Student's t density, up to a constant. error: [deviations]."""
    return -0.5 * (FREEDOM + 1.0) * math.log1p(error * error / FREEDOM)


@bare_kernel
def gained(test: int, error: float) -> float:
    """Evidence for another level or spread in one error [nats]."""
    before = log_density(error)
    if test == UP:
        return log_density(error - SHIFT) - before
    if test == DOWN:
        return log_density(error + SHIFT) - before
    if test == WIDER:
        return log_density(error / FACTOR) - math.log(FACTOR) - before
    return log_density(error * FACTOR) + math.log(FACTOR) - before


@bare_kernel
def begins(test: int, error: float) -> bool:
    """Whether an error speaks for a change at all: no need to weigh what would leave the evidence at zero."""
    if test == UP:
        return error > 0.5 * SHIFT
    if test == DOWN:
        return error < -0.5 * SHIFT
    return abs(error) > WIDE if test == WIDER else abs(error) < NARROW


@bare_kernel
def weigh(test: States, enough: float, evidence: float, size: float) -> bool:
    """Add up evidence [nats]; whether it is enough. size: what else is added up."""
    test["evidence"] += evidence
    if test["evidence"] <= 0.0:
        test["evidence"], test["n"], test["sum"] = 0.0, 0.0, 0.0
        return False
    test["n"] += 1.0
    test["sum"] += size
    return bool(test["evidence"] >= enough and test["n"] >= FEWEST)


@bare_kernel
def decides(test: States, which: int, error: float, size: float) -> bool:
    """Whether one error more decides a test for another level or spread."""
    if test["evidence"] == 0.0 and not begins(which, error):
        return False
    return weigh(test, ENOUGH[which], gained(which, error), size)


@bare_kernel
def clear(tests: States, first: int, end: int) -> None:
    """Begin tests first .. end - 1 anew."""
    for i in range(first, end):
        tests[i]["evidence"], tests[i]["n"], tests[i]["sum"] = 0.0, 0.0, 0.0


@bare_kernel
def smallest(one: float, two: float, three: float) -> float:
    """The one that is nearest to zero."""
    nearer = one if abs(one) <= abs(two) else two
    return nearer if abs(nearer) <= abs(three) else three


@bare_kernel
def shifted(row: States, error: float) -> float:
    """By how much the level has changed with this error from it, 0 if it has not [deviations]."""
    tests = row["tests"]
    for test in range(UP, DOWN + 1):
        if decides(tests[test], test, error, error):
            by = tests[test]["sum"] / tests[test]["n"]
            clear(tests, 0, TESTS)
            return float(by)
    return 0.0


@bare_kernel
def respread(row: States, error: float) -> bool:
    """Whether the spread has changed with this error, as the predictors measure it [deviations]."""
    tests = row["tests"]
    row["spread"] += SETTLING * (1.0 - row["spread"])
    own = error / float(row["spread"])
    for test in range(WIDER, NARROWER + 1):
        if decides(tests[test], test, own, abs(own)):
            row["spread"] *= tests[test]["sum"] / tests[test]["n"] / MEAN_SIZE
            clear(tests, WIDER, NARROWER + 1)
            return True
    return False


@bare_kernel
def reclocked(row: States, error: float, earlier: float, later: float, hours: float) -> int:
    """+1 if all has begun to come an hour earlier, -1 if later, 0 if neither.

    error           from the season [deviations]
    earlier, later  from the season had it come an hour earlier, or later [deviations]
    hours           length of a bucket
    """
    tests = row["tests"]
    before, most = log_density(error), HOURLY * hours
    for test in range(EARLIER, LATER + 1):
        evidence = log_density(earlier if test == EARLIER else later) - before
        if weigh(tests[test], ENOUGH[test], max(-most, min(most, evidence)), 0.0):
            clear(tests, 0, TESTS)
            return 1 if test == EARLIER else -1
    return 0
