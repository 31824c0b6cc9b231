"""Tables for people: which columns, in which order, in which units, as text and as objects."""

import pytest

from tests.api.conftest import COUNT_JOB
from unusual.api.job_columns import JOB_COLUMNS
from unusual.api.tables import Column, length, objects, size, text
from unusual.schema.options import TableOptions

CAT = "/_cat/ml/anomaly_detectors"
COLUMNS = (
    Column("name", "name", ("n",), "its name", shown=True),
    Column("load.bytes", "load.bytes", ("lb",), "what it carries", shown=True, format=size),
    Column("load.time", "load.time", (), "how long it takes", format=length),
)
ROWS = [
    {"name": "oslo", "load": {"bytes": 1536, "time": 90_000}},
    {"name": "bergen"},
    {"name": "tromso", "load": {"bytes": 20, "time": 7.4}},
]


def shown(**options):
    return text(COLUMNS, ROWS, TableOptions(**options)).splitlines()


def test_cells_stand_below_each_other():
    assert shown() == ["oslo   1.5kb", "bergen", "tromso 20b"]
    assert shown(v="true") == ["name   load.bytes", "oslo   1.5kb", "bergen", "tromso 20b"]


def test_no_rows_are_no_text():
    assert text(COLUMNS, [], TableOptions()) == ""
    assert text(COLUMNS, [], TableOptions(v="")) == "name load.bytes\n"


def test_columns_are_headed_as_they_were_asked_for():
    assert shown(v="", h="lb,nonsense,n")[:2] == ["lb    n", "1.5kb oslo"]
    assert shown(v="", h="load*")[0] == "load.bytes load.time"
    assert text(COLUMNS, ROWS, TableOptions(h="nonsense")) == "\n\n\n"


def test_rows_are_sorted_with_those_that_lack_the_value_last():
    assert shown(h="n", s="lb") == ["tromso", "oslo", "bergen"]
    assert shown(h="n", s="load.bytes:desc") == ["oslo", "tromso", "bergen"]
    assert shown(h="n", s="n:asc") == ["bergen", "oslo", "tromso"]


@pytest.mark.parametrize(("unit", "cells"), [("b", ["1536", "", "20"]), ("kb", ["1", "", "0"]), ("pb", ["0", "", "0"])])
def test_sizes_come_in_the_unit_asked_for(unit, cells):
    assert shown(h="lb", bytes=unit) == cells


@pytest.mark.parametrize(
    ("unit", "cells"), [(None, ["1.5m", "", "7ms"]), ("s", ["90", "", "0"]), ("micros", ["90000000", "", "7400"])]
)
def test_lengths_of_time_come_in_the_unit_asked_for(unit, cells):
    assert shown(h="load.time", time=unit) == cells


def test_objects_hold_words_or_nothing():
    assert objects(COLUMNS, ROWS[:2], TableOptions(h="n,lb")) == [
        {"n": "oslo", "lb": "1.5kb"},
        {"n": "bergen", "lb": None},
    ]


def test_names_of_columns_are_unambiguous():
    names = [name for column in JOB_COLUMNS for name in (column.name, *column.shorts)]
    assert len(names) == len(set(names))


def test_jobs_are_lines_without_a_header(client, open_job):
    client.request("POST", f"/_ml/anomaly_detectors/{open_job}/_data", content=b"{}\n{}\n")
    client.post(f"/_ml/anomaly_detectors/{open_job}/_flush")
    response = client.get(CAT)
    assert response.headers["content-type"].startswith("text/plain")
    assert response.text.split() == ["pump", "opened", "2", "0b", "ok", "0", "0"]
    assert client.get(f"{CAT}/pump?v=true").text.split()[:4] == ["id", "state", "data.processed_records", "model.bytes"]


@pytest.mark.usefixtures("job")
def test_every_column_of_a_job_is_a_word_or_nothing(client):
    [row] = client.get(f"{CAT}?h=*&format=json").json()
    assert len(row) == len(JOB_COLUMNS)
    assert {type(value) for value in row.values()} <= {str, type(None)}
    assert (row["id"], row["model.memory_limit"], row["node.id"]) == ("pump", "1gb", None)


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize(
    ("accept", "media"),
    [("*/*", "text/plain"), ("text/plain,application/json", "text/plain"), ("application/json", "application/json")],
)
def test_the_form_follows_what_is_accepted(client, accept, media):
    assert client.get(CAT, headers={"accept": accept}).headers["content-type"].startswith(media)


@pytest.mark.usefixtures("job")
def test_yaml_is_a_list_of_objects(client):
    assert client.get(f"{CAT}?format=yaml&h=id").text == '---\n- id: "pump"\n'


def test_an_unknown_job_is_not_found_and_a_wildcard_finds_nothing(client):
    assert client.get(f"{CAT}/nobody").status_code == 404
    assert client.get(f"{CAT}/nobody-*").text == ""
    assert client.get(f"{CAT}/nobody-*?format=json").json() == []
    assert client.get(f"{CAT}/nobody-*?allow_no_match=false").status_code == 404


def test_help_lists_all_columns(client):
    lines = client.get(f"{CAT}?help").text.splitlines()
    assert len(lines) == len(JOB_COLUMNS)
    assert [part.strip() for part in lines[1].split("|")][:2] == ["state", "s"]


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize("query", ["s=colour", "s=id:up", "bytes=tons", "time=moons", "v=maybe", "colour=red"])
def test_what_cannot_be_meant_is_refused(client, query):
    response = client.get(f"{CAT}?{query}")
    assert (response.status_code, response.json()["error"]["type"]) == (400, "illegal_argument_exception")


def test_jobs_are_sorted(client):
    for job_id in ("a", "b"):
        client.put(f"/_ml/anomaly_detectors/{job_id}", COUNT_JOB)
    assert client.get(f"{CAT}?h=id&s=id:desc").text == "b\na\n"


def test_datafeeds_are_lines_too(client, job):
    client.put("/_ml/datafeeds/feed", {"job_id": job, "indices": ["log"]})
    assert client.get("/_cat/ml/datafeeds").text.split() == ["feed", "stopped", "0", "0"]
    [row] = client.get("/_cat/ml/datafeeds/feed?h=*&format=json").json()
    assert (row["id"], row["search.time"], row["node.id"]) == ("feed", "0ms", None)
    assert client.get("/_cat/ml/datafeeds?help").text.splitlines()[2].split("|")[1].strip() == "ae"
    assert client.get("/_cat/ml/datafeeds/nothing").status_code == 404
