"""When a job goes back for late records: a plain twin that looks at one record after the other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.analysis.lateness import Lateness, Return, Turn
from unusual.detect.buckets import Timeline

SPAN, WINDOW = 10, 50


def pair(latency):
    return Timeline(SPAN, latency), Timeline(SPAN, latency + WINDOW)


def looked(times, latency, cuts=()):
    """Flags and turns, when times come in pieces; turns count from the first time."""
    lateness, lines = Lateness(), pair(latency)
    in_order, wanted, turns = [], [], []
    edges = sorted(min(one, len(times)) for one in cuts)
    for start, end in zip([0, *edges], [*edges, len(times)], strict=True):
        piece = np.array(times[start:end], np.int64)
        found = lateness.look(piece, *lines)
        for line in lines:
            line.observe(piece[line.in_order(piece)])
            line.finish(line.due())
        in_order += found.in_order.tolist()
        wanted += found.wanted.tolist()
        turns += [Turn(start + turn.at, turn.back) for turn in found.turns]
    return in_order, wanted, turns, lateness.waiting


def plain(times, latency):
    """The same, a record at a time."""
    newest, waiting, turns, wanted = times[0], None, [], []
    for at, time in enumerate(times):
        due = (newest - latency) // SPAN
        newest = max(newest, time)
        if waiting and (newest - latency) // SPAN > waiting.due:
            turns.append(Turn(at, waiting))
            waiting = None
        bucket = time // SPAN
        old = bucket < due - WINDOW // SPAN
        wanted.append(not old)
        if not old and bucket < due:
            waiting = Return(min(bucket, waiting.since if waiting else bucket), due)
    return wanted, turns, waiting


@given(st.lists(st.integers(0, 400), min_size=1, max_size=40), st.sampled_from([0, 20]), st.lists(st.integers(0, 40)))
def test_it_goes_back_where_a_plain_look_does_however_the_records_are_cut(times, latency, cuts):
    in_order, wanted, turns, waiting = looked(times, latency, cuts)
    assert (wanted, turns, waiting) == plain(times, latency)
    assert in_order == wanted


@pytest.mark.parametrize("latency", [0, 20])
def test_records_in_time_never_lead_back(latency):
    times = [0, 30, 30 - latency, 90, 90 - latency]
    assert looked(times, latency)[2:] == ([], None)


def test_what_waits_outlives_a_restart_and_can_be_taken_at_once():
    lateness, other = Lateness(), Lateness()
    lateness.look(np.array([0, 100, 70]), *pair(0))
    other.restore(lateness.state())
    assert other.take() == lateness.take() == Return(7, 10)
    assert lateness.state() is None
