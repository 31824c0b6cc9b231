"""Kept counts are what a count of all rows would say, whatever is written and removed in between."""

from contextlib import closing, contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.conftest import OPENERS
from tests.store.outputs import bucket, outputs
from unusual.analysis.control import Result
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Page, Selection, StoredJob
from unusual.store import counting, paging

HOUR = 3_600_000
PUMP = StoredJob({"job_id": "pump"}, State.CLOSED)
TIMES = st.integers(-3 * HOUR, 6 * HOUR)
BOUNDS = st.none() | TIMES
SCORES = st.sampled_from([0.0, 3.0, 50.0])
LEAST = st.sampled_from([None, 0.0, 2.5, 3.0])
ACTS = st.one_of(
    st.tuples(st.just("add"), st.lists(st.tuples(TIMES, SCORES, st.booleans()), max_size=6)),
    st.tuples(st.just("commit"), st.lists(st.tuples(TIMES, SCORES, st.booleans()), max_size=6)),
    st.tuples(st.just("clear"), BOUNDS),
    st.tuples(st.just("expire"), TIMES),
    st.tuples(st.just("write"), TIMES),
    st.tuples(st.just("count"), st.tuples(BOUNDS, BOUNDS, st.booleans(), LEAST)),
)


@pytest.fixture(scope="module", params=OPENERS)
def filled(request, tmp_path_factory):
    """Makes stores, each with one job."""

    @contextmanager
    def make():
        with closing(OPENERS[request.param](tmp_path_factory.mktemp("place"))) as store:
            store.jobs.add(PUMP)
            yield store

    return make


def act(store, kind, given):
    if kind == "add":
        store.results.add("pump", [bucket(time, score, interim=interim) for time, score, interim in given])
    elif kind == "commit":
        results = [bucket(time, score, interim=interim) for time, score, interim in given]
        store.results.commit([(store.jobs.get("pump"), outputs(*results, replaces_interim=True))])
    elif kind == "clear":
        [*store.results.clear("pump", given)]
    elif kind == "expire":
        [*store.results.expire("pump", ["bucket"], given)]
    elif kind == "write":
        store.results.write("pump", "mine", {"result_type": "bucket", "timestamp": given})
    else:
        start, end, exclude, least = given
        page = Page(0, 10_000)
        selection = Selection("bucket", start, end, exclude_interim=exclude, least_score=least, page=page)
        count, bodies = store.results.read("pump", selection)
        assert count == len(bodies)


@pytest.mark.parametrize("few", [0, paging.FEW])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=12), last=st.tuples(BOUNDS, BOUNDS, st.booleans(), LEAST))
def test_a_page_tells_how_many_results_there_are(filled, monkeypatch, few, acts, last):
    monkeypatch.setattr(paging, "FEW", few)
    with filled() as store:
        for one in [*acts, ("count", last), ("count", last)]:
            act(store, *one)


@pytest.mark.parametrize("page", [Page(0, 10), Page(9_990, 10), Page(0, 20_000)])
def test_the_highest_scores_come_first_however_many_results_there_are(filled, page):
    with filled() as store:
        scores = [float(number % 101 if number % 2 else 0) for number in range(22_000)]
        store.results.add(
            "pump",
            [
                Result("record", number * 1000, "0", score, is_interim=False, body=str(score).encode())
                for number, score in enumerate(scores)
            ],
        )
        selection = Selection("record", sort="record_score", desc=True, ties=(), page=page)
        count, bodies = store.results.read("pump", selection)
        ranked = sorted(scores, reverse=True)
        assert (count, [float(body) for body in bodies]) == (22_000, ranked[page.start : page.start + page.size])


@pytest.mark.parametrize("bound", ["_MOST_HOURS", "_MOST_SCORES"])
def test_counts_that_were_not_asked_for_lately_are_forgotten_and_counted_again(filled, monkeypatch, bound):
    monkeypatch.setattr(paging, "FEW", 0)
    monkeypatch.setattr(counting, bound, 3)
    with filled() as store:
        for number in range(1, 4):
            store.results.add("pump", [bucket(hour * number * HOUR, float(hour)) for hour in range(1, 5)])
            for least in (*range(1, 5), None):
                selection = Selection("bucket", least_score=least, page=Page(0, 100))
                count, bodies = store.results.read("pump", selection)
                assert count == len(bodies) > 0
