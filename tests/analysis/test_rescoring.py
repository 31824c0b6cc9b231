"""The scores of what was told before, once more is known: what a reader of the results sees."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.given import SPAN, T, documents, engine, job, post, text
from unusual.analysis.control import Flush, Post, Rescoring, Result, Save
from unusual.analysis.engine import Engine
from unusual.analysis.rescoring import SCORES, Kept, rescored

MEAN = {"function": "mean", "field_name": "value", "by_field_name": "host"}
BUCKETS = 700
HOSTS = [f"h{number}" for number in range(6)]
SPIKES = {300 + 60 * number: (host, 500.0 * 3.0**number) for number, host in enumerate(HOSTS)}
SETTINGS = {"analysis": {"influencers": ["host", "user"]}}


def records(seed=1, until=BUCKETS):
    """Hosts of two users with ordinary values, of which each departs once, each further than the one before."""
    chance = random.Random(seed)
    return [
        {
            "time": T + bucket * SPAN + at,
            "host": host,
            "user": f"u{at % 2}",
            "value": round(chance.gauss(50, 5), 3)
            + (SPIKES[bucket][1] if SPIKES.get(bucket, "")[:1] == (host,) else 0.0),
        }
        for bucket in range(until)
        for at, host in enumerate(HOSTS)
    ]


def fold(outputs):
    """All results that are kept in the end."""
    kept = Kept()
    for one in outputs:
        kept.add(one.results, one.rescorings)
    return kept.results


@pytest.fixture(scope="module")
def told():
    return fold([post(engine(MEAN, **SETTINGS), records())])


def of(results, kind, bucket):
    found = [one for one in documents(results, kind) if one["timestamp"] == (T + bucket * SPAN) * 1000]
    return max(found, key=lambda one: one[f"initial_{SCORES[kind]}"])


@pytest.mark.parametrize("kind", SCORES)
def test_what_was_alone_scores_less_once_many_like_it_came_and_shows_its_first_score(told, kind):
    name = SCORES[kind]
    spike = of(told, kind, 300)
    assert spike[f"initial_{name}"] > 75.0
    assert spike[name] < spike[f"initial_{name}"] - 5.0
    earlier = of(fold([post(engine(MEAN, **SETTINGS), records(until=302))]), kind, 300)
    assert earlier[name] == earlier[f"initial_{name}"] == spike[f"initial_{name}"]


def test_scores_in_documents_and_beside_them_are_the_same(told):
    for result in told:
        (document,) = documents([result])
        assert result.score == document[SCORES[result.kind]]


def test_a_bucket_shows_the_scores_of_its_influencers_and_its_own(told):
    moved = 0
    for bucket in documents(told, "bucket"):
        for part in bucket["bucket_influencers"]:
            field = part["influencer_field_name"]
            if field == "bucket_time":
                expected = bucket["anomaly_score"]
            else:
                expected = max(
                    one["influencer_score"]
                    for one in documents(told, "influencer")
                    if (one["timestamp"], one["influencer_field_name"]) == (bucket["timestamp"], field)
                )
            assert part["anomaly_score"] == expected
            moved += part["anomaly_score"] != part["initial_anomaly_score"]
    assert moved > 5


@pytest.mark.parametrize("kind", SCORES)
def test_in_one_bucket_what_is_less_probable_never_scores_lower(told, kind):
    buckets = {}
    for one in (result for result in told if result.kind == kind and result.surprise is not None):
        buckets.setdefault(one.timestamp, []).append(one)
    for found in buckets.values():
        scores = [one.score for one in sorted(found, key=lambda one: one.surprise)]
        assert scores == sorted(scores)


@settings(max_examples=8)
@given(st.lists(st.integers(0, len(HOSTS) * BUCKETS), max_size=6), st.lists(st.booleans(), min_size=7, max_size=7))
def test_current_scores_depend_neither_on_cuts_nor_on_being_saved_and_restored(told, cuts, saved):
    lines, tested = records(), job(MEAN, **SETTINGS)
    running, outputs, edges = Engine(tested), [], [0, *sorted(cuts), len(lines)]
    for start, end, restored in zip(edges, edges[1:], [*saved, False], strict=False):
        outputs.append(running.handle(Post(text(lines[start:end]), 0)))
        state = running.handle(Save()).state
        if restored and state is not None:
            running = Engine.restore(tested, state)
        if end % 3 == 0:
            outputs.append(running.handle(Flush()))
    assert fold(outputs) == told


def test_renormalization_window_days_of_zero_leaves_every_score_as_it_was():
    outputs = post(engine(MEAN, **SETTINGS, renormalization_window_days=0), records())
    assert outputs.rescorings == []
    for kind, name in SCORES.items():
        assert all(one[name] == one[f"initial_{name}"] for one in documents(outputs.results, kind))


def test_another_window_counts_from_when_the_job_is_opened_again():
    running, lines = engine(MEAN, **SETTINGS, renormalization_window_days=0), records()
    before = running.handle(Post(text(lines[:2700]), 0))
    restored = Engine.restore(job(MEAN, **SETTINGS, renormalization_window_days=30), running.handle(Save()).state)
    after = restored.handle(Post(text(lines[2700:]), 0))
    assert before.rescorings == []
    assert after.rescorings != []


def test_interim_results_have_no_surprise_to_follow():
    running = engine(MEAN, **SETTINGS)
    post(running, records(until=500))
    post(running, [{"time": T + 500 * SPAN, "host": "h1", "user": "u", "value": 9000.0}])
    interim = [one for one in running.handle(Flush(calc_interim=True)).results if one.is_interim and one.score > 0]
    assert interim
    assert all(result.surprise is None for result in interim)


def test_what_was_no_anomaly_at_first_does_not_become_one():
    body = b'{"anomaly_score":0.0,"initial_anomaly_score":0.0,"bucket_influencers":[]}'
    ordinary = Result("bucket", 0, "", 0.0, is_interim=False, body=body, surprise=2.5)
    assert [*rescored([ordinary], Rescoring("bucket", 0, 1, (1.0, 3.0), (0.0, 50.0)))] == []
