"""The `Documents` port."""

import pytest

from unusual.errors import NoSuchIndex, Taken
from unusual.jobs.ports import Change, Outcome, StoredIndex, Stretch
from unusual.store.bundle import Store


@pytest.fixture
def shelf(store: Store):
    """Two empty indices."""
    for name in ("ferry-log", "tide-log"):
        store.documents.add(StoredIndex(name, {"mappings": {}}))
    return store.documents


def at(document_id: str, time: int) -> Change:
    return Change(document_id, b'{"at":%d}' % time, {"at": time})


def bodies(found) -> list[bytes]:
    return [one.body for one in found]


def test_an_index_has_its_name_once(shelf) -> None:
    with pytest.raises(Taken, match=r"index \[ferry-log\] already exists"):
        shelf.add(StoredIndex("ferry-log", {}))
    assert [index.name for index in shelf.all()] == ["ferry-log", "tide-log"]


def test_a_definition_can_be_replaced(shelf) -> None:
    changed = StoredIndex("tide-log", {"mappings": {"properties": {}}})
    shelf.put(changed)
    assert changed in shelf.all()
    with pytest.raises(NoSuchIndex):
        shelf.put(StoredIndex("no-log", {}))


def test_each_change_tells_what_became_of_it(shelf) -> None:
    first = shelf.change("ferry-log", [at("1", 5), at("2", 6), at("1", 7), Change("9", None), Change("2", None)])
    assert first == [Outcome.CREATED, Outcome.CREATED, Outcome.UPDATED, Outcome.NOT_FOUND, Outcome.DELETED]
    second = shelf.change("ferry-log", [Change("1", b"{}", only_new=True), at("2", 8), Change("1", None)])
    assert second == [Outcome.CONFLICT, Outcome.CREATED, Outcome.DELETED]
    assert [one.document_id for one in shelf.scan(["ferry-log"])] == ["2"]


def test_an_unknown_index_takes_nothing(shelf) -> None:
    with pytest.raises(NoSuchIndex):
        shelf.change("no-log", [at("1", 5)])


def test_a_replaced_document_is_found_at_its_new_time_only(shelf) -> None:
    shelf.change("ferry-log", [at("1", 5)])
    shelf.change("ferry-log", [at("1", 50)])
    assert shelf.page(Stretch(("ferry-log",), "at", 0, 10), 10) == []
    assert bodies(shelf.page(Stretch(("ferry-log",), "at"), 10)) == [b'{"at":50}']
    assert shelf.get("ferry-log", "1") == b'{"at":50}'


def test_a_stretch_has_its_start_and_not_its_end(shelf) -> None:
    shelf.change("ferry-log", [at(str(time), time) for time in (30, 10, 20)])
    found = shelf.page(Stretch(("ferry-log",), "at", 10, 30), 10)
    assert [one.time_ms for one in found] == [10, 20]


def test_indices_are_read_together_in_the_order_of_time(shelf) -> None:
    shelf.change("ferry-log", [at("a", 1), at("b", 4)])
    shelf.change("tide-log", [at("a", 3), at("b", 2)])
    found = shelf.page(Stretch(("ferry-log", "tide-log"), "at"), 10)
    assert [(one.index_name, one.time_ms) for one in found] == [
        ("ferry-log", 1),
        ("tide-log", 2),
        ("tide-log", 3),
        ("ferry-log", 4),
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_pages_that_follow_each_other_give_every_document_once(shelf, size: int) -> None:
    shelf.change("ferry-log", [at(str(number), number // 3) for number in range(30)])
    shelf.change("tide-log", [at(str(number), number // 2) for number in range(12)])
    start, seen = 0, []
    while found := shelf.page(Stretch(("ferry-log", "tide-log"), "at", start), size):
        seen += [(one.index_name, one.document_id) for one in found]
        start = found[-1].time_ms + 1
    assert len(seen) == len(set(seen)) == 42


def test_a_document_without_the_field_is_in_no_stretch_of_it(shelf) -> None:
    shelf.change("ferry-log", [Change("1", b"{}")])
    assert shelf.page(Stretch(("ferry-log",), "at"), 10) == []
    assert len([*shelf.scan(["ferry-log"])]) == 1


def test_a_removed_index_leaves_nothing_behind(shelf) -> None:
    shelf.change("ferry-log", [at("1", 5)])
    shelf.delete("ferry-log")
    shelf.delete("ferry-log")
    shelf.add(StoredIndex("ferry-log", {}))
    assert shelf.get("ferry-log", "1") is None
    assert shelf.page(Stretch(("ferry-log",), "at"), 10) == []


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_a_page_ends_between_grains(shelf, size) -> None:
    shelf.change("ferry-log", [at("1", 5), at("2", 9), at("3", 10), at("4", 29)])
    shelf.change("tide-log", [at("5", 8)])
    found = [one.time_ms for one in shelf.page(Stretch(("ferry-log", "tide-log"), "at", grain_ms=10), size)]
    assert len(found) >= size
    assert found == [time for time in (5, 8, 9, 10, 29) if time // 10 <= found[-1] // 10]
