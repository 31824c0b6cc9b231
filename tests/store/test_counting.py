"""Kept counts are what a count of all rows would say, whatever is written and removed in between."""

from contextlib import closing, contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.conftest import OPENERS
from tests.store.outputs import bucket, outputs
from unusual.analysis.control import Result
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import Page, Selection, StoredJob

HOUR = 3_600_000
PUMP = StoredJob({"job_id": "pump"}, State.CLOSED)
TIMES = st.integers(-3 * HOUR, 6 * HOUR)
BOUNDS = st.none() | TIMES
ACTS = st.one_of(
    st.tuples(st.just("add"), st.lists(st.tuples(TIMES, st.booleans()), max_size=6)),
    st.tuples(st.just("commit"), st.lists(st.tuples(TIMES, st.booleans()), max_size=6)),
    st.tuples(st.just("clear"), BOUNDS),
    st.tuples(st.just("expire"), TIMES),
    st.tuples(st.just("write"), TIMES),
    st.tuples(st.just("count"), st.tuples(BOUNDS, BOUNDS, st.booleans())),
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
        store.results.add("pump", [bucket(time, interim=interim) for time, interim in given])
    elif kind == "commit":
        results = [bucket(time, interim=interim) for time, interim in given]
        store.results.commit([(store.jobs.get("pump"), outputs(*results, replaces_interim=True))])
    elif kind == "clear":
        store.results.clear("pump", given)
    elif kind == "expire":
        [*store.results.expire("pump", ["bucket"], given)]
    elif kind == "write":
        store.results.write("pump", "mine", {"result_type": "bucket", "timestamp": given})
    else:
        start, end, exclude = given
        selection = Selection("bucket", start, end, exclude_interim=exclude, page=Page(0, 10_000))
        count, bodies = store.results.read("pump", selection)
        assert count == len(bodies)


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, max_size=12), st.tuples(BOUNDS, BOUNDS, st.booleans()))
def test_a_page_tells_how_many_results_there_are(filled, acts, last):
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
