"""Seasons of a series: a profile of the day with a weekly correction, and a cycle of any other length.

Both are on trial: a profile that explains no more than a level does is dropped and tried again much later; a cycle is
looked for in the newest values by their autocorrelation, and dropped when it has ceased. Knows nothing of how much
each is believed.
"""

import math

import numpy as np

from unusual.kernels import profiles
from unusual.kernels.arrays import Floats
from unusual.kernels.compiled import bare_kernel, kernel
from unusual.kernels.learnt import CELLS, CYCLE, DAY, NO_PROFILE, WEEK, Moment, Series
from unusual.kernels.periods import SOONEST, due, period_of

OFFSET_RATE = 0.02  # of the level under a season, for what its slot does not take over
SLOT_RATE = 0.2  # of a slot, per visit
LARGEST_SINGLE = 3e38  # that four bytes hold
TRIAL = 14  # days that a profile is tried for
WAIT, LONGEST = 56, 448  # days until a dropped one is tried again: at first, and at most
CYCLES = 4  # periods that a cycle is tried for
EVIDENCE = 3.0  # for or against a season that one value can give [nats]
BRIDGED = 3  # missing buckets that are no reason to look for a cycle anew


@bare_kernel
def single(number: float) -> float:
    """The number, or the nearest to it that four bytes hold."""
    return max(-LARGEST_SINGLE, min(LARGEST_SINGLE, number))


@bare_kernel
def profile_of(series: Series, at: int, moment: Moment) -> tuple[float, float]:
    """What the daily profile expects, and what with the weekly correction [unit]; NaN where they have nothing yet."""
    levels = series.levels[at]
    row = levels["profile"]
    if row == NO_PROFILE:
        return math.nan, math.nan
    slot = series.slots[profiles.place_of(series, row, moment.day)]
    if slot["n"] == 0.0:
        return math.nan, math.nan
    day = levels["offset"] + slot["value"]
    if series.weeks == 0:
        return day, math.nan
    correction = series.slots[profiles.place_of(series, row, moment.week)]
    return day, day + correction["value"] if correction["n"] > 0.0 else math.nan


@bare_kernel
def rhythm_of(series: Series, at: int, moment: Moment) -> float:
    """What the cycle expects [unit]; NaN when there is none."""
    rhythm = series.rhythms[at]
    if rhythm["period"] == 0:
        return math.nan
    cell = 3 * (moment.time % rhythm["period"])
    return float(rhythm["offset"] + rhythm["cells"][cell + 1]) if rhythm["cells"][cell] > 0.0 else math.nan


@bare_kernel
def spread_at(series: Series, at: int, predictor: int, moment: Moment) -> tuple[float, float]:
    """How many errors a season has seen at this moment, and their variance [unit^2]."""
    if predictor == CYCLE:
        rhythm = series.rhythms[at]
        cell = 3 * (moment.time % max(1, rhythm["period"]))
        return float(rhythm["cells"][cell]), float(rhythm["cells"][cell + 2])
    slot = series.slots[profiles.place_of(series, series.levels[at]["profile"], moment.day)]
    return float(slot["n"]), float(slot["variance"])


@bare_kernel
def learn_profile(series: Series, at: int, moment: Moment, value: float, limit: float) -> None:
    """Move the daily profile and its weekly correction towards the value. limit: of an error that teaches [unit]."""
    levels = series.levels[at]
    row = levels["profile"]
    slot = series.slots[profiles.reach(series, row, moment.day)]
    if slot["n"] == 0.0:
        slot["value"], slot["variance"], slot["n"] = single(value - levels["offset"]), 0.0, 1.0
        return
    error = max(-limit, min(limit, value - levels["offset"] - slot["value"]))
    if series.weeks > 0:
        correction = series.slots[profiles.reach(series, row, moment.week)]
        spread = max(1.0, series.days * 7.0 / series.weeks)
        step = max(1.0 / (correction["n"] + 2.0), 1.0 / (3.0 * spread))
        correction["value"] = single(correction["value"] + step * (error - correction["value"]))
        correction["n"] += 1.0
    step = max(1.0 / (slot["n"] + 1.0), SLOT_RATE)
    slot["value"] = single(slot["value"] + step * error)
    slot["variance"] = single(slot["variance"] + max(1.0 / slot["n"], SLOT_RATE) * (error * error - slot["variance"]))
    slot["n"] += 1.0
    levels["offset"] += OFFSET_RATE * (1.0 - step) * error


@bare_kernel
def learn_rhythm(series: Series, at: int, moment: Moment, value: float, limit: float) -> None:
    """Move the cycle towards the value. limit: of an error that teaches [unit]."""
    rhythm = series.rhythms[at]
    cells = rhythm["cells"]
    cell = 3 * (moment.time % rhythm["period"])
    n = float(cells[cell])
    error = max(-limit, min(limit, value - rhythm["offset"] - float(cells[cell + 1])))
    step = max(1.0 / (n + 1.0), SLOT_RATE)
    cells[cell + 1] = single(cells[cell + 1] + step * error)
    cells[cell + 2] = single(cells[cell + 2] + max(1.0 / max(n, 1.0), SLOT_RATE) * (error * error - cells[cell + 2]))
    cells[cell] = n + 1.0
    rhythm["offset"] += OFFSET_RATE * (1.0 - step) * error


@bare_kernel
def averaged(gained: float, tried: float, advantage: float, least: float) -> float:
    """The mean advantage of a season, this one included unless it is NaN [nats]. least: rate at which it is learnt."""
    if math.isnan(advantage):
        return gained
    return gained + max(1.0 / tried, least) * (max(-EVIDENCE, min(EVIDENCE, advantage)) - gained)


@bare_kernel
def disbelieve(series: Series, at: int, predictor: int) -> None:
    """Let a predictor have learnt nothing."""
    expert = series.experts[at, predictor]
    expert["n"], expert["variance"], expert["likelihood"] = 0.0, 0.0, 0.0


@bare_kernel
def judge_profile(series: Series, at: int, bucket: int, advantage: float, daily: float) -> None:
    """Drop the profile if it has explained no more than the slow level for long enough.

    advantage  log likelihood of the value under the profile less that under the slow level [nats]; NaN for none
    daily      buckets of a day
    """
    levels = series.levels[at]
    if levels["profile"] == NO_PROFILE:
        return
    levels["tried"] += 1.0
    levels["gained"] = averaged(levels["gained"], levels["tried"], advantage, 0.2 / daily)
    if levels["tried"] < TRIAL * daily or levels["gained"] >= 0.0:
        return
    profiles.leave(series, at)
    levels["waited"] = min(max(int(WAIT * daily), 2 * levels["waited"]), int(LONGEST * daily))
    levels["retried"] = bucket + levels["waited"]
    disbelieve(series, at, DAY)
    disbelieve(series, at, WEEK)


@bare_kernel
def try_profile(series: Series, at: int, bucket: int) -> None:
    """Give the series a profile if it has none and may have one."""
    levels = series.levels[at]
    if levels["profile"] != NO_PROFILE or bucket < levels["retried"] or series.days == 0:
        return
    profiles.take(series, at)
    levels["tried"], levels["gained"], levels["offset"] = 0.0, 0.0, levels["slow"]


@bare_kernel
def judge_rhythm(series: Series, at: int, advantage: float) -> None:
    """Drop the cycle if it has ceased. advantage: as of `judge_profile`, over level and profile."""
    rhythm = series.rhythms[at]
    rhythm["tried"] += 1.0
    rhythm["gained"] = averaged(rhythm["gained"], rhythm["tried"], advantage, 1.0 / (CYCLES * rhythm["period"]))
    if rhythm["tried"] >= max(CYCLES * rhythm["period"], SOONEST) and rhythm["gained"] < 0.0:
        rhythm["period"], rhythm["seen"] = 0, 0
        rhythm["cells"][:] = 0.0
        disbelieve(series, at, CYCLE)


@kernel
def newest_first(cells: Floats, seen: int) -> Floats:
    """The values of a ring of which `seen` were put in, the newest first."""
    size = min(seen, cells.size)
    answer = np.empty(size)
    for i in range(size):
        answer[i] = cells[(seen - 1 - i) % cells.size]
    return answer


@kernel
def begin_rhythm(series: Series, at: int, bucket: int, newest: Floats, period: int) -> None:
    """Let the series have a cycle: its phases are what the newest values, that of `bucket` first, show of them."""
    rhythm = series.rhythms[at]
    offset = newest.mean()
    n, total, square = np.zeros(period), np.zeros(period), np.zeros(period)
    for i in range(newest.size):
        phase = (bucket - i) % period
        n[phase] += 1.0
        total[phase] += newest[i] - offset
        square[phase] += (newest[i] - offset) ** 2
    for phase in range(period):
        mean = total[phase] / n[phase]
        rhythm["cells"][3 * phase] = min(n[phase], 1.0 / SLOT_RATE)
        rhythm["cells"][3 * phase + 1] = single(mean)
        rhythm["cells"][3 * phase + 2] = single(max(0.0, square[phase] / n[phase] - mean * mean))
    rhythm["period"], rhythm["offset"], rhythm["tried"], rhythm["gained"] = period, offset, 0.0, 0.0


@bare_kernel
def gather(series: Series, at: int, bucket: int, value: float) -> bool:
    """Put the value to the newest ones, unless there is a cycle; whether it is time to look for one in them."""
    rhythm, levels = series.rhythms[at], series.levels[at]
    if rhythm["period"] > 0:
        return False
    missing = bucket - levels["bucket"] - 1
    if missing > BRIDGED:
        rhythm["seen"] = 0
    before = rhythm["seen"]
    if before == 0:
        missing = 0
    for _ in range(missing):
        rhythm["cells"][rhythm["seen"] % CELLS] = single(levels["last"])
        rhythm["seen"] += 1
    rhythm["cells"][rhythm["seen"] % CELLS] = single(value)
    rhythm["seen"] += 1
    return due(before, rhythm["seen"], 2 * CELLS)


@kernel
def seek_rhythm(series: Series, at: int, bucket: int, covered: int) -> None:
    """Look for a cycle in the newest values, the last of which is that of `bucket`.

    covered  buckets of which a cycle that divides them is the daily profile's affair; 0 for none
    """
    rhythm = series.rhythms[at]
    newest = newest_first(rhythm["cells"], rhythm["seen"])
    period = period_of(newest[::-1].copy())
    if period > 0 and (covered == 0 or covered % period > 0):
        begin_rhythm(series, at, bucket, newest, period)
