"""What holds of every source, whatever is on its other side."""

import pytest

from tests.feeds.given import BEGIN, DAY, MINUTE, documents
from tests.feeds.peers import TIME
from unusual.errors import Refused
from unusual.jobs.sources import Portion


def portions(source, start: int | None = BEGIN - DAY, end: int | None = BEGIN + 100 * DAY) -> list[Portion]:
    """All portions of a stretch; each begins where the last one says."""
    read = []
    for _ in range(10_000):
        read.append(source.read(start, end))
        if read[-1].until_ms is None:
            break
        start = read[-1].until_ms
    return read


def records(read: list[Portion]) -> list[dict]:
    return [record for portion in read for record in portion.records]


def in_order(found) -> list[tuple]:
    """What was read, or given; lines of CSV do not tell numbers from texts."""
    return sorted((one[TIME], float(one["value"]), one["host"]) for one in found)


@pytest.mark.parametrize("size", [1000, 7, 1])
def test_all_of_a_stretch_is_read_once_and_in_time_order(open_source, peer, size: int) -> None:
    given = documents(200)
    peer.fill(given[1::2] if "prometheus" in str(peer.asked) else given[:120])
    peer.fill(given[::2] if "prometheus" in str(peer.asked) else given[120:])
    start, end = given[30]["at"], given[150]["at"]
    reading = open_source(peer, size=size)
    reading.check()
    found = records(portions(reading, start, end))
    assert in_order(found) == in_order(one for one in given if start <= one["at"] < end)
    times = [one[TIME] for one in found]
    assert times == sorted(times)
    assert all(isinstance(one["host"], str) for one in found)


def test_a_stretch_without_documents_is_one_empty_portion(open_source, peer) -> None:
    peer.fill(documents(20))
    reading = open_source(peer)
    first = portions(reading, BEGIN + 50 * DAY, BEGIN + 50 * DAY + MINUTE)
    assert records(first) == []
    assert first[-1].until_ms is None


def test_what_comes_later_is_read_later(open_source, peer) -> None:
    given = documents(100)
    reading = open_source(peer)
    peer.fill(given[:60])
    middle = given[59]["at"] + 1
    first = records(portions(reading, BEGIN, middle))
    peer.fill([one for one in given[60:] if one["at"] >= middle])
    more = records(portions(reading, middle, BEGIN + 100 * DAY))
    assert in_order(first) == in_order(given[:60])
    assert in_order(more) == in_order(one for one in given[60:] if one["at"] >= middle)


@pytest.mark.parametrize("size", [50, 3])
def test_whoever_begins_anew_between_two_portions_misses_and_repeats_nothing(
    open_source, peer_by_time, size: int
) -> None:
    given = documents(150)
    peer_by_time.fill(given)
    whole = portions(open_source(peer_by_time, size=size))
    for portion in whole[:: max(len(whole) // 5, 1)][:5]:
        if portion.until_ms is not None:
            rest = records(portions(open_source(peer_by_time, size=size), portion.until_ms))
            assert in_order(rest) == in_order(one for one in given if one["at"] >= portion.until_ms)


def test_whoever_has_the_mark_of_a_portion_goes_on_after_it(open_source, peer_by_place) -> None:
    given = documents(150)
    peer_by_place.fill(given)
    first = open_source(peer_by_place)
    middle = given[70]["at"]
    begun = portions(first, BEGIN, middle)
    second = open_source(peer_by_place, mark=begun[-1].mark)
    rest = portions(second, BEGIN, BEGIN + 100 * DAY)
    assert in_order(records(begun)) == in_order(one for one in given if one["at"] < middle)
    assert in_order(records(rest)) == in_order(one for one in given if one["at"] >= middle)


def test_a_field_that_nobody_has_is_refused_where_that_is_known(open_source, peer_by_time) -> None:
    if "prometheus" in str(peer_by_time.asked):
        return
    peer_by_time.fill(documents(20))
    reading = open_source(peer_by_time, field="weight")
    with pytest.raises(Refused, match="weight"):
        reading.check()


@pytest.mark.parametrize("kind", ["elasticsearch", "opensearch"])
def test_indices_that_there_are_not_may_be_left_out_elsewhere_too(open_source, make_peer, kind) -> None:
    peer, given = make_peer(kind), documents(20)
    peer.fill(given)
    peer.asked |= {"indices": [*peer.asked["indices"], "place:not-there"]}
    with pytest.raises(Refused, match="not-there"):
        open_source(peer).check()
    peer.asked |= {"indices_options": {"ignore_unavailable": True}}
    reading = open_source(peer)
    reading.check()
    assert in_order(records(portions(reading, BEGIN, BEGIN + DAY))) == in_order(given)
