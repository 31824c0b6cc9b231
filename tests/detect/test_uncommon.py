"""Rare values of members against a plain twin that remembers who has had what."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unusual.detect.features import Pass
from unusual.detect.functions import READINGS
from unusual.detect.splits import Split
from unusual.detect.tallies import Tally
from unusual.detect.uncommon import Uncommon
from unusual.kernels.holders import FREE
from unusual.kernels.tally import Rows

TEACH = Pass(interim=False, teach=True)
PARTITIONS, VALUES, MEMBERS = 2, 6, 25
RECORDS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, PARTITIONS - 1), st.integers(0, VALUES), st.integers(0, MEMBERS)),
    min_size=1,
    max_size=200,
).map(sorted)


def judged(records, function, fields):
    """What a feature says of records (bucket, partition, value, member), all buckets in one block."""
    columns = np.array(records).T
    split, tally = Split(fields), Tally(0, keeps_samples=False, keeps_values=False)
    codes = [column.astype(np.int32) for column in columns[4 - fields :]]
    series = split.encode(codes, len(records))
    ones = np.ones(len(records))
    tally.add(Rows(columns[0].copy(), series, ones, ones), split.size, [], None)
    feature = Uncommon(READINGS[function][0], 300, fields)
    feature.grow(split)
    return feature.block(tally.close(99), 0, 99, TEACH, None)


def expected(records, *, often, partitioned):
    """{(bucket, partition, member): what its rare values amount to}."""
    had, found = set(), {}
    told = [(bucket, partition if partitioned else 0, value, member) for bucket, partition, value, member in records]
    for now in sorted({bucket for bucket, *_ in told}):
        here = [rest for bucket, *rest in told if bucket == now]
        for partition, value, member in sorted({tuple(one) for one in here}):
            others = {m for p, _, m in had if p == partition and m != member}
            holders = {m for p, v, m in had if (p, v) == (partition, value) and m != member}
            weight = max(0.0, math.log10((len(others) + 1) / (len(holders) + 1)) - FREE)
            times = here.count([partition, value, member]) if often else 1
            found[now, partition, member] = found.get((now, partition, member), 0.0) + weight * times
        had |= {tuple(one) for one in here}
    return found


@pytest.mark.parametrize("partitioned", [False, True])
@pytest.mark.parametrize("function", ["rare", "freq_rare"])
@settings(max_examples=30)
@given(RECORDS)
def test_a_member_is_judged_by_how_few_others_have_had_its_values(function, partitioned, records):
    wanted = expected(records, often=function == "freq_rare", partitioned=partitioned)
    found = judged(records, function, 3 if partitioned else 2)
    assert found.bucket.tolist() == sorted(found.bucket.tolist())
    assert sorted(found.bucket.tolist()) == sorted(bucket for bucket, *_ in wanted)
    assert sorted(found.actual.tolist()) == pytest.approx(sorted(wanted.values()))


def crowd(buckets=60, members=40):
    return [(bucket, 0, value, member) for bucket in range(buckets) for member in range(members) for value in (0, 1)]


def test_the_causes_are_the_rare_values_and_the_rarest_comes_first():
    records = sorted([*crowd(), (30, 0, 2, 3), (30, 0, 2, 4), (59, 0, 2, 7), (59, 0, 3, 7), (59, 0, 4, 7)])
    found = judged(records, "rare", 2)
    row = int(found.surprise.argmax())
    causes = found.causes
    mine = causes.row == row
    assert found.bucket[row] == 59
    assert causes.share[mine].tolist() == pytest.approx([1 / 40, 1 / 40, 3 / 40])
    assert causes.actual[mine].tolist() == [1.0, 1.0, 1.0]


def test_who_keeps_its_rare_values_becomes_usual_and_frequency_counts_only_where_it_is_asked_for():
    habit = [(bucket, 0, 9, 5) for bucket in range(20, 60)]
    found = judged(sorted([*crowd(members=300), *habit]), "rare", 2)
    its = found.surprise[(found.bucket >= 20) & (found.actual > 0.0)]
    assert its[0] == its.max() > 2.0
    assert its[-1] < its[0] - 1.0
    once, often = sorted([*crowd(), (59, 0, 9, 5)]), sorted([*crowd(), *[(59, 0, 9, 5)] * 50])
    assert judged(once, "rare", 2).surprise.max() == judged(often, "rare", 2).surprise.max()
    assert judged(once, "freq_rare", 2).surprise.max() < judged(often, "freq_rare", 2).surprise.max() - 0.5


def memory(state):
    """Bytes of all arrays of a state."""
    return sum(memory(part) if isinstance(part, dict) else np.asarray(part).nbytes for part in state.values())


def test_those_who_stay_are_judged_as_before_when_others_are_forgotten():
    columns = np.array([(0, value, member) for member in range(30) for value in (0, 1)]).T
    split = Split(2)
    split.encode([columns[1].astype(np.int32), columns[2].astype(np.int32)], columns.shape[1])
    feature = Uncommon(READINGS["rare"][0], 300, 2)
    feature.grow(split)
    chosen = np.arange(20, 60)
    codes = [np.arange(2), np.concatenate([np.full(10, -1), np.arange(20)])]
    split.keep(chosen, codes)
    before = memory(feature.state())
    feature.keep(chosen, split)
    assert memory(feature.state()) < before
    again = Uncommon(READINGS["rare"][0], 300, 2)
    again.restore(feature.state())
    assert memory(again.state()) == memory(feature.state())
