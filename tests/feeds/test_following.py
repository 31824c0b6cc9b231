"""Files that grow: whole lines once, through renames, cuts and new starts."""

import json

import pytest

from tests.feeds.given import BEGIN, DAY, MINUTE
from tests.feeds.peers import Folder
from unusual.jobs.sources import portions


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path, "ndjson", follow=True)


@pytest.fixture
def follow(folder, open_source):
    """Reads on, and tells the minutes of what it read; a new source goes on from the mark of the last one."""
    kept = {}

    def read(*, anew: bool = False) -> list[int]:
        if anew or "source" not in kept:
            kept["source"] = open_source(folder, mark=kept.get("mark"))
        found = []
        for portion in portions(kept["source"], BEGIN, BEGIN + DAY):
            kept["mark"] = portion.mark
            found += [(record["at"] - BEGIN) // MINUTE for record in portion.records]
        return found

    return read


def line(minute: int) -> str:
    return json.dumps({"at": BEGIN + minute * MINUTE, "value": 1.5, "host": "a"}) + "\n"


@pytest.mark.parametrize("anew", [False, True])
def test_half_a_line_waits_for_its_end(folder, follow, anew) -> None:
    file = folder.folder / "part-0.ndjson"
    file.write_text(line(1) + line(2)[:20])
    assert follow() == [1]
    with file.open("a") as more:
        more.write(line(2)[20:] + line(3))
    assert follow(anew=anew) == [2, 3]
    assert follow(anew=anew) == []


@pytest.mark.parametrize("anew", [False, True])
def test_a_renamed_file_is_read_to_its_end_and_a_new_one_from_its_begin(folder, follow, anew) -> None:
    file = folder.folder / "part-0.ndjson"
    file.write_text(line(1) + line(2))
    assert follow() == [1, 2]
    with file.open("a") as more:
        more.write(line(3))
    file.rename(folder.folder / "old")
    file.write_text(line(4))
    assert follow(anew=anew) == [3, 4]
    assert follow(anew=anew) == []


@pytest.mark.parametrize("anew", [False, True])
def test_a_file_that_was_cut_is_read_from_its_begin(folder, follow, anew) -> None:
    file = folder.folder / "part-0.ndjson"
    file.write_text(line(1) + line(2))
    assert follow() == [1, 2]
    file.write_text(line(3) + line(4) + line(5))
    assert follow(anew=anew) == [3, 4, 5]


def test_what_is_no_record_is_passed_over(folder, follow) -> None:
    (folder.folder / "part-0.ndjson").write_text(line(1) + "oh\n[1]\n{}\n" + '{"at": "soon"}\n' + line(2))
    assert follow() == [1, 2]


def test_a_late_line_is_read_with_what_comes_then(folder, follow) -> None:
    file = folder.folder / "part-0.ndjson"
    file.write_text(line(5))
    assert follow() == [5]
    with file.open("a") as more:
        more.write(line(4) + line(6))
    assert follow() == [4, 6]
