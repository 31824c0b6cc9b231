"""What journals hold of messages: enough to tell them again, word for word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.jobs.world import CONFIG
from unusual.analysis.control import Cut, Flush, Forecast, Post, Proceed, Save, Schedule, ScheduledEvent
from unusual.errors import Invalid
from unusual.jobs.entries import Head, changes, decode, encode, head_of
from unusual.jobs.position import Position
from unusual.schema.jobs import Job

TIMES = st.integers(0, 4_000_000_000)
POSTS = st.builds(Post, st.binary(), TIMES, last=st.booleans(), reset=st.none() | st.tuples(TIMES, TIMES))
FLUSHES = st.builds(Flush, st.booleans(), *[st.none() | TIMES] * 4)
EVENTS = st.builds(ScheduledEvent, TIMES, TIMES, st.text(), st.booleans(), st.booleans(), st.integers(-9_000, 9_000))
LISTS = st.dictionaries(st.text(), st.lists(st.text()).map(tuple))
PLOTS = st.fixed_dictionaries({"enabled": st.booleans()}, optional={"terms": st.text()})
JOBS = PLOTS.map(
    lambda plot: Job.from_request(CONFIG | {"model_plot_config": plot}, job_id="pump", now_ms=0, version="1")
)
SCHEDULES = st.builds(Schedule, st.lists(EVENTS).map(tuple), LISTS, st.none() | JOBS)


@given(POSTS | FLUSHES | SCHEDULES | st.just(Cut()))
def test_a_message_is_what_it_was(message):
    assert decode(encode(message)) == message


@given(SCHEDULES)
def test_a_head_is_what_it_was(schedule):
    job = Job.from_request(CONFIG, job_id="pump", now_ms=0, version="1")
    head = head_of(Head(job.document(), schedule).encoded())
    assert (head.configuration, head.schedule) == (job, schedule)


def test_a_head_of_another_layout_is_refused():
    with pytest.raises(Invalid, match=r"layout \[2\]"):
        head_of(b'{"layout": 2}')


@pytest.mark.parametrize("message", [Flush(), Flush(calc_interim=True, start=1, end=2), Save(), Proceed()])
def test_what_changes_nothing_needs_no_entry(message):
    assert not changes(message, revises=False)
    with pytest.raises(TypeError):
        encode(Forecast({}, 1, 1))


@pytest.mark.parametrize("message", [Post(b"", 0), Flush(advance_time=0), Flush(skip_time=0), Schedule((), {})])
def test_what_changes_something_needs_one(message):
    assert changes(message, revises=False)


def test_a_flush_changes_a_job_that_takes_late_records():
    assert changes(Flush(), revises=True)
    assert Head({"analysis_config": {"late_data": "rescore"}}, Schedule((), {})).revises
    assert not Head({"analysis_config": {}}, Schedule((), {})).revises


def test_a_position_knows_the_answers_that_were_kept():
    position = Position(3).at(5, 2)
    assert [position.knows(*answer) for answer in ((4, 9), (5, 2), (5, 3), (6, 1))] == [True, True, False, False]
    assert Position.of(position.saved().into({"a": 1})) == Position(3, 5, 2, covered=5)
    assert position.anew() == Position(4)
    assert Position.of({}) == Position()
