"""The table of states and events, and the page that draws it."""

from itertools import product

import pytest

from unusual.errors import Conflict
from unusual.jobs.lifecycle import NEXT, Event, State, after, diagram


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_event_in_every_state_leads_on_or_is_a_conflict_that_names_both(state, event):
    if (state, event) in NEXT:
        assert after(state, event) is NEXT[state, event]
    else:
        with pytest.raises(Conflict, match=rf"{state}.*{event.replace('_', ' ')}"):
            after(state, event)


@pytest.mark.parametrize("state", State)
def test_force_leads_to_closed_from_every_state(state):
    assert after(state, Event.FORCE_CLOSE) is State.CLOSED


@pytest.mark.parametrize("state", [State.OPENING, State.OPENED, State.CLOSING])
def test_a_job_at_work_can_break(state):
    assert after(state, Event.BREAK) is State.FAILED


def test_after_a_restart_every_job_at_work_is_on_its_way_and_says_so():
    after_it = {state: NEXT[state, Event.RESTART] for state in State if (state, Event.RESTART) in NEXT}
    assert after_it == {
        State.OPENING: State.OPENING,
        State.OPENED: State.OPENING,
        State.CLOSING: State.CLOSING,
    }


def test_the_page_shows_the_table(root):
    assert diagram() in (root / "docs" / "lifecycle.md").read_text()
