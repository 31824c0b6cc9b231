"""Stretches of buckets between the edges of scheduled events, against a plain look at every bucket."""

from hypothesis import given
from hypothesis import strategies as st

from unusual.detect.schedule import Event, stretches

EVENT = st.builds(
    lambda first, length, *flags: Event(first, first + length, "fair", *flags),
    st.integers(-5, 15),
    st.integers(1, 6),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(EVENT, max_size=5), st.integers(0, 5), st.integers(0, 15))
def test_every_bucket_is_in_one_stretch_with_the_events_that_touch_it(events, first, length):
    found = list(stretches(events, first, first + length))
    assert [bucket for one in found for bucket in range(one.first, one.until)] == list(range(first, first + length))
    for one in found:
        for bucket in range(one.first, one.until):
            touching = [event for event in events if event.first <= bucket < event.until]
            assert list(one.events) == touching
            assert one.silent == any(event.skips_result for event in touching)
            assert one.learnt != any(event.skips_learning for event in touching)
