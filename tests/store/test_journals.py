"""Journals as files: what is added is found again, and what cannot be read is cut off or told, never passed over."""

import resource
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.errors import Damaged, Unwritable
from unusual.jobs.journals import Entry
from unusual.jobs.position import Position
from unusual.store.journals import FileJournals
from unusual.store.segments import frames

HEAD = b'{"head": 1}'


@contextmanager
def journals(folder: Path, *, durable: bool = True) -> Iterator[FileJournals]:
    with closing(FileJournals(folder, durable=durable)) as opened:
        yield opened


def content(number: int) -> bytes:
    """Different for each entry, and hard to pack."""
    return b"".join(hash((number, place)).to_bytes(8, "little", signed=True) for place in range(20))


def filled(folder: Path, entries: int, *, first: int = 0) -> Path:
    """The file of a journal with so many entries of ten records each, after an entry `first`."""
    with journals(folder) as writing:
        writing.begin("pump", 1, first, HEAD)
        for number in range(first + 1, first + entries + 1):
            writing.append("pump", Entry(number, content(number)), 10 * (number - 1))
    [path] = (folder / "pump").iterdir()
    return path


def recalled(folder: Path, position: Position, seen: int = 0) -> list[int] | None:
    """The numbers of the entries, all of which hold what they are to hold."""
    with journals(folder) as reading:
        found = reading.recall("pump", position, seen)
        if found is None:
            return None
        entries = [*found.entries]
    assert all(entry.content == content(entry.number) for entry in entries)
    assert found.head == HEAD
    assert found.newest == entries[-1].number
    return [entry.number for entry in entries]


@given(st.lists(st.binary(max_size=2_000), max_size=20), st.booleans())
def test_what_was_added_is_found_again(tmp_path_factory, contents, durable):
    folder = tmp_path_factory.mktemp("journals")
    with journals(folder, durable=durable) as writing:
        writing.begin("pump", 3, 7, HEAD)
        for number, one in enumerate(contents, 8):
            writing.append("pump", Entry(number, one), number)
    with journals(folder) as reading:
        found = reading.recall("pump", Position(3, covered=7), 0)
        assert (found is None) == (not contents)
        if found is not None:
            assert [*found.entries] == [Entry(number, one) for number, one in enumerate(contents, 8)]
            reading.append("pump", Entry(found.newest + 1, b"more"), 0)
            again = reading.recall("pump", Position(3, covered=7), 0)
            assert [*again.entries][-1] == Entry(found.newest + 1, b"more")
    shutil.rmtree(folder)


def test_a_snapshot_makes_what_came_before_it_needless(tmp_path):
    filled(tmp_path, 5)
    assert recalled(tmp_path, Position(1, 5, 1, covered=2)) == [1, 2, 3, 4, 5], "which of them count, the job knows"
    assert recalled(tmp_path, Position(1, 5, 1, covered=5)) is None
    assert recalled(tmp_path, Position(2)) is None, "a journal that counts no more"
    with journals(tmp_path) as writing:
        assert writing.recall("pump", Position(1, 5, 1), 0) is not None
        before = writing.size("pump")
        writing.begin("pump", 1, 5, HEAD)
        assert 0 < writing.size("pump") < before
        writing.append("pump", Entry(6, content(6)), 50)
    assert [path.name for path in (tmp_path / "pump").iterdir()] == ["1-5.journal"]
    assert recalled(tmp_path, Position(1, 6, 1, covered=5)) == [6]


def test_a_file_that_was_to_begin_leaves_the_one_before_it_alone(tmp_path):
    path = filled(tmp_path, 2)
    path.with_name("1-2.new").write_bytes(b"UNUSU")
    assert recalled(tmp_path, Position(1, 2, 1)) == [1, 2]


def test_a_torn_tail_is_cut_off_with_a_word_wherever_it_is_torn(tmp_path, caplog):
    path = filled(tmp_path, 3)
    whole = path.read_bytes()
    ends = [path.stat().st_size]
    for entries in (2, 1):
        shutil.rmtree(path.parent)
        ends.append(filled(tmp_path, entries).stat().st_size)
    third, second, _ = ends
    for size in range(second + 1, third):
        path.write_bytes(whole[:size])
        caplog.clear()
        assert recalled(tmp_path, Position(1, 2, 1)) == [1, 2]
        assert "ends in the middle of entry [3]" in caplog.text
        assert path.stat().st_size == second
    with journals(tmp_path) as going_on:
        assert going_on.recall("pump", Position(1, 2, 1), 20) is not None
        going_on.append("pump", Entry(3, content(3)), 20)
    assert recalled(tmp_path, Position(1, 3, 1)) == [1, 2, 3]


@pytest.mark.parametrize("acknowledged", [3, 4])
def test_an_acknowledged_tail_that_is_gone_is_damage(tmp_path, acknowledged):
    path = filled(tmp_path, 4)
    path.write_bytes(path.read_bytes()[:-100] if acknowledged == 4 else path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Damaged, match=rf"job \[pump\] is damaged: entries \[\d to {acknowledged}\]"):
        recalled(tmp_path, Position(1, acknowledged, 1), 10 * acknowledged)


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_damaged_byte_is_told_with_what_it_covers(tmp_path_factory, place, change):
    folder = tmp_path_factory.mktemp("journals")
    path = filled(folder, 6)
    found, _ = frames(path)
    raw = bytearray(path.read_bytes())
    place %= len(raw)
    damaged = next(frame.number for frame in found if frame.end > place)
    raw[place] ^= change
    path.write_bytes(raw)
    with pytest.raises(Damaged) as told:
        recalled(folder, Position(1, 6, 1), 60)
    _, entries, records, where = told.value.args
    first, last = (damaged, damaged) if damaged else (1, 6)  # without a head none can be used
    assert entries == f"{first} to {last}"
    assert records in {f"{10 * first - 9} to {10 * last}", f"{max(1, 10 * first - 19)} to {10 * last}"}
    assert "1-0.journal" in where
    shutil.rmtree(folder)


def test_damage_that_a_snapshot_covers_is_no_damage(tmp_path):
    path = filled(tmp_path, 3)
    path.write_bytes(b"something else")
    assert recalled(tmp_path, Position(1, 3, 1, covered=3)) is None


def test_a_journal_whose_file_is_gone_is_told(tmp_path):
    filled(tmp_path, 3).unlink()
    with pytest.raises(Damaged, match=r"entries \[1 to 3\], with the records \[1 to 30\].*its file is missing"):
        recalled(tmp_path, Position(1, 3, 1), 30)


def test_only_the_newest_entry_can_be_taken_back(tmp_path):
    filled(tmp_path, 3)
    with journals(tmp_path) as writing:
        assert writing.recall("pump", Position(1), 0) is not None
        writing.retract("pump", 2)
        writing.retract("pump", 3)
        writing.append("pump", Entry(3, content(3)), 20)
        writing.retract("nobody", 1)
    assert recalled(tmp_path, Position(1)) == [1, 2, 3]


def test_a_removed_journal_takes_nothing_and_is_no_fault(tmp_path):
    filled(tmp_path, 1)
    with journals(tmp_path) as writing:
        writing.remove("pump")
        writing.remove("pump")
        assert writing.size("pump") == 0
        with pytest.raises(Unwritable):
            writing.append("pump", Entry(2, b""), 0)
        assert writing.recall("pump", Position(1), 0) is None


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """As if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_an_entry_for_which_there_is_no_room_leaves_the_journal_as_it_was(tmp_path):
    path = filled(tmp_path, 2)
    whole = path.read_bytes()
    with journals(tmp_path) as writing:
        assert writing.recall("pump", Position(1), 0) is not None
        with no_file_larger_than(len(whole) + 50), pytest.raises(Unwritable, match=r"\[pump\] cannot be written"):
            writing.append("pump", Entry(3, content(3)), 20)
        assert path.read_bytes() == whole
        with no_file_larger_than(10), pytest.raises(Unwritable):
            writing.begin("pump", 1, 2, HEAD)
        writing.append("pump", Entry(3, content(3)), 20)
    assert recalled(tmp_path, Position(1)) == [1, 2, 3]
