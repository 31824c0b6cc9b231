"""Documents that came together: whatever is asked of them, they are like those that came alone."""

import random
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from tests.jobs.shelf import Shelf
from unusual.errors import NoSuchIndex, Taken
from unusual.jobs.batch import Batch
from unusual.jobs.ports import Change, Outcome, StoredIndex, Stretch
from unusual.store import batches
from unusual.store.bundle import Store
from unusual.store.sqlite import FILE

TABLES = ("batches", "batch_times", "batch_ids", "batch_gone")
KEYS = ("0123456789abcdef", "fedcba9876543210")


@pytest.fixture
def shelf(store: Store, monkeypatch):
    """Two empty indices, whose batches have at most five documents in a row."""
    monkeypatch.setattr(batches, "AT_ONCE", 5)
    for name in ("ferry-log", "tide-log"):
        store.documents.add(StoredIndex(name, {"mappings": {}}))
    return store.documents


def batch(key: str, *times: int | None) -> Batch:
    return Batch(key, [b'{"at":%d}' % (time or 0) for time in times], {"at": times})


def named(key: str, ids: list[str], *times: int | None, only_new: bool = False) -> Batch:
    return replace(batch(key, *times), ids=ids, only_new=only_new)


def times_of(shelf, *within) -> list[int]:
    return [one.time_ms for one in shelf.page(Stretch(("ferry-log", "tide-log"), "at", *within), 1000)]


def told(found) -> list[tuple[str, str, int, bytes]]:
    """Documents without their numbers, which every store has its own way of giving."""
    return [one[:4] for one in found]


def walked(shelf, size: int, grain: int = 1) -> list[tuple[str, str, int, bytes]]:
    """Every document by pages that follow each other."""
    start, seen = 0, []
    while found := shelf.page(Stretch(("ferry-log", "tide-log"), "at", start, None, grain), size):
        seen += told(found)
        start = found[-1].time_ms // grain * grain + grain
    return seen


def test_an_unknown_index_takes_no_batch(shelf) -> None:
    with pytest.raises(NoSuchIndex):
        shelf.append("no-log", batch(KEYS[0], 1))


def test_documents_are_found_by_id_time_and_order(shelf) -> None:
    shelf.change("ferry-log", [Change("first", b"{}", {"at": 4})])
    shelf.append("ferry-log", batch(KEYS[0], 7, 3, None, 5, 9, 1, 8))
    shelf.change("ferry-log", [Change("last", b"{}", {"at": 6})])
    ids = [f"{KEYS[0]}-{place}" for place in range(7)]
    assert [one.document_id for one in shelf.scan(["ferry-log"])] == ["first", *ids, "last"]
    assert times_of(shelf) == [1, 3, 4, 5, 6, 7, 8, 9]
    assert times_of(shelf, 3, 7) == [3, 4, 5, 6]
    assert shelf.get("ferry-log", ids[6]) == b'{"at":8}'
    assert shelf.fetch("ferry-log", [ids[0], "last", "none"]) == {ids[0]: b'{"at":7}', "last": b"{}"}
    assert shelf.get("tide-log", ids[0]) is None


@pytest.mark.parametrize("unknown", ["-7", "-07", "-1x", ""])
def test_an_id_that_only_looks_like_one_of_a_batch_is_unknown(shelf, unknown) -> None:
    shelf.append("ferry-log", batch(KEYS[0], *range(7)))
    assert shelf.get("ferry-log", KEYS[0] + unknown) is None


def test_a_document_of_a_batch_is_replaced_and_removed(shelf) -> None:
    shelf.append("ferry-log", batch(KEYS[0], 1, 2, 3, 4, 5, 6))
    ids = [f"{KEYS[0]}-{place}" for place in range(6)]
    changes = [Change(ids[5], b"{}", {"at": 60}), Change(ids[0], None), Change(ids[1], b"{}", only_new=True)]
    assert shelf.change("ferry-log", changes) == [Outcome.UPDATED, Outcome.DELETED, Outcome.CONFLICT]
    assert times_of(shelf) == [2, 3, 4, 5, 60]
    assert shelf.change("ferry-log", [Change(ids[0], None)]) == [Outcome.NOT_FOUND]
    assert shelf.change("ferry-log", [Change(ids[0], b"{}", {"at": 10})]) == [Outcome.CREATED]
    assert times_of(shelf) == [2, 3, 4, 5, 10, 60]
    assert len([*shelf.scan(["ferry-log"])]) == 6


def test_a_removed_index_takes_its_batches_along(shelf) -> None:
    shelf.append("ferry-log", batch(KEYS[0], 1, 2))
    shelf.append("tide-log", batch(KEYS[1], 3))
    shelf.change("ferry-log", [Change(f"{KEYS[0]}-0", None)])
    shelf.delete("ferry-log")
    shelf.add(StoredIndex("ferry-log", {}))
    assert times_of(shelf) == [3]
    assert [*shelf.scan(["ferry-log"])] == []


def test_documents_of_a_batch_can_have_ids_of_their_own(shelf) -> None:
    ids = [*"abcdef", f"{KEYS[0]}-0"]  # the last one only looks as if the server had made it
    assert not shelf.append("ferry-log", named(KEYS[0], ids, 7, 3, None, 5, 9, 1, 8))
    assert [one.document_id for one in shelf.scan(["ferry-log"])] == ids
    assert [one.document_id for one in shelf.page(Stretch(("ferry-log",), "at", 4), 2)] == ["d", "a"]
    assert shelf.fetch("ferry-log", ["g", "f", ids[6], f"{KEYS[0]}-1"]) == {"f": b'{"at":1}', ids[6]: b'{"at":8}'}
    assert shelf.get("tide-log", "a") is None


def test_a_batch_replaces_what_is_there_under_its_ids(shelf) -> None:
    shelf.change("ferry-log", [Change("alone", b"{}", {"at": 1})])
    shelf.append("ferry-log", batch(KEYS[0], 2, 3))
    shelf.append("ferry-log", named(KEYS[1], ["b", "c"], 4, 5))
    ids = ["c", "new", "alone", f"{KEYS[0]}-1"]
    assert {*shelf.append("ferry-log", named("2" * 16, ids, 6, 7, 8, 9))} == {*ids} - {"new"}
    assert times_of(shelf) == [2, 4, 6, 7, 8, 9]
    assert shelf.number("ferry-log") == 6


def test_a_batch_that_may_replace_nothing_is_refused_as_a_whole(shelf) -> None:
    shelf.append("ferry-log", named(KEYS[0], ["a", "b"], 1, 2))
    for times in ([3, 4], [3, 4, 5, 6, 7, 8, 9]):
        ids = [*"cdefgh"[: len(times) - 1], "b"]
        with pytest.raises(Taken):
            shelf.append("ferry-log", named(KEYS[1], ids, *times, only_new=True))
    assert times_of(shelf) == [1, 2]
    assert shelf.get("ferry-log", "c") is None


def test_documents_that_are_loaded_again_and_again_take_their_room_once(shelf, tmp_path) -> None:
    ids = [f"n{number}" for number in range(12)]
    for turn in range(4):
        shelf.append("ferry-log", named(f"{turn:016x}", ids, *range(12)))
    with closing(sqlite3.connect(tmp_path / "place" / FILE)) as database:
        counts = [len(database.execute(f"SELECT * FROM {table}").fetchall()) for table in TABLES]  # noqa: S608 - ours
    assert counts == [3, 3, 12, 0]
    assert [one.document_id for one in shelf.scan(["ferry-log"])] == ids


def _change(chance: random.Random, turn: int, document_id: str) -> Change:
    if chance.random() < 0.5:
        return Change(document_id, None)
    return Change(document_id, b'{"b":%d}' % turn, {"at": chance.randrange(60)}, chance.random() < 0.3)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_done_it_is_as_on_a_shelf(shelf, seed) -> None:
    chance, twin = random.Random(seed), Shelf()
    for name in ("ferry-log", "tide-log"):
        twin.add(StoredIndex(name, {"mappings": {}}))
    known: list[str] = ["a"]
    for turn in range(12):
        name = chance.choice(("ferry-log", "tide-log"))
        if chance.random() < 0.5:
            key = f"{turn:016x}"
            times = [chance.choice((None, chance.randrange(60))) for _ in range(chance.randrange(1, 18))]
            made = [f"{key}-{place}" for place in range(len(times))]
            ids = [] if chance.random() < 0.4 else chance.sample(sorted({*known, *made}), len(times))
            known += [one for one in made if one not in known]
            many = named(key, ids, *times)
            assert {*shelf.append(name, many)} == {*twin.append(name, many)}
            continue
        chosen = [chance.choice(known) for _ in range(4)]
        changes = [_change(chance, turn, one) for one in dict.fromkeys(chosen)]
        assert shelf.change(name, changes) == twin.change(name, changes)
    for size, grain in ((1, 1), (3, 1), (7, 10), (1000, 1)):
        assert sorted(walked(shelf, size, grain)) == sorted(walked(twin, 1000))
        times = [one[2] for one in walked(shelf, size, grain)]
        assert times == sorted(times)
    for name in ("ferry-log", "tide-log"):
        assert sorted(told(shelf.scan([name]))) == sorted(told(twin.scan([name])))
        numbers = [one.number for one in shelf.scan([name])]
        assert numbers == sorted({*numbers})
        assert shelf.number_within(Stretch((name,), "at", 9, 40)) == twin.number_within(Stretch((name,), "at", 9, 40))
        assert shelf.fetch(name, known) == twin.fetch(name, known)
        assert shelf.number(name) == twin.number(name)
