"""The command `unusual detect` as a user runs it: any kind of file, in any order, and what it says when it cannot."""

import gzip
import json
import random
import subprocess
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from tests.conformance.serving import COMMAND

START = datetime(2021, 1, 1, tzinfo=UTC)
SPIKE = 300


@pytest.fixture(scope="module")
def frame():
    """A load of two hosts, one record for each in every 15 minutes, with one spike."""
    return pl.DataFrame(
        [
            {
                "at": START + step * timedelta(minutes=15),
                "host": host,
                "load": 900.0 if (step, host) == (SPIKE, "elm") else 50.0 + step % 7,
            }
            for step in range(400)
            for host in ("ash", "elm")
        ]
    )


@pytest.fixture(scope="module")
def files(frame, tmp_path_factory):
    """The same records in files of every kind."""
    folder = tmp_path_factory.mktemp("files")
    written = frame.with_columns(pl.col("at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    seconds = frame.with_columns(pl.col("at").dt.epoch("s"))
    written.write_csv(folder / "load.csv")
    written.write_ndjson(folder / "load.ndjson")
    frame.write_parquet(folder / "load.parquet")
    seconds.write_csv(folder / "seconds.csv")
    seconds.with_columns(pl.col("at") * 1000).write_ndjson(folder / "ms.jsonl")
    (folder / "load.csv.gz").write_bytes(gzip.compress((folder / "load.csv").read_bytes()))
    lines = (folder / "load.ndjson").read_text().splitlines(keepends=True)
    random.Random(7).shuffle(lines)
    (folder / "shuffled.ndjson").write_text("".join(lines))
    return folder


def run(*words) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *words], capture_output=True, text=True, timeout=60, check=False)


def detect(file, *more, detector="mean(load) by host"):
    options = ("--time-field", "at", "--detector", detector, "--influencer", "host")
    return run("detect", file, *options, *more)


def findings(ran) -> tuple[list[dict], dict]:
    """The records and the summary of a run that went well and printed JSON."""
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    *records, summary = map(json.loads, ran.stdout.splitlines())
    return sorted(records, key=lambda record: (record["timestamp"], record["by_field_value"])), summary


@pytest.fixture(scope="module")
def expected(files):
    return findings(detect(files / "load.csv", "--output", "json"))


def test_the_spike_is_found_and_the_host_is_blamed(expected):
    records, summary = expected
    worst = max(records, key=lambda record: record["record_score"])
    assert worst["timestamp"] == (START + SPIKE * timedelta(minutes=15)).timestamp() * 1000
    assert (worst["by_field_value"], worst["actual"]) == ("elm", [900.0])
    assert worst["influencers"] == [{"influencer_field_name": "host", "influencer_field_values": ["elm"]}]
    # The last, open bucket is judged as well, but is no final one.
    assert (summary["documents"], summary["buckets"], summary["records"]) == (800, 399, len(records))


@pytest.mark.parametrize(
    "name", ["load.ndjson", "load.parquet", "load.csv.gz", "seconds.csv", "ms.jsonl", "shuffled.ndjson"]
)
def test_the_kind_of_a_file_and_the_order_in_it_change_nothing(files, expected, name):
    assert findings(detect(files / name, "--output", "json"))[0] == expected[0]


def test_a_table_is_what_a_person_gets(files):
    ran = detect(files / "load.csv")
    assert ran.returncode == 0
    assert "800 documents in 399 buckets" in ran.stdout
    table = ran.stdout.splitlines()
    assert any("elm" in line and "900" in line for line in table)


@pytest.mark.parametrize(
    ("file", "detector", "more", "said"),
    [
        ("load.csv", "mena(load)", (), "Unknown function 'mena'"),
        ("load.csv", "mean", (), "must be set"),
        ("load.csv", "mean(load", (), "mean(load"),
        ("load.csv", "count(load)", (), "field_name cannot be used with function 'count'"),
        ("load.csv", "mean(speed)", (), "has no field 'speed'; it has: at, host, load"),
        ("load.csv", "mean(load)", ("--bucket-span", "soon"), "bucket_span"),
        ("load.ndjson", "mean(load)", ("--time-format", "yyyy"), "Invalid Time format string 'yyyy'"),
        ("absent.csv", "mean(load)", (), "does not exist"),
        ("load.log", "mean(load)", (), "must end in one of .csv"),
        ("broken.parquet", "mean(load)", (), "cannot be read"),
        ("broken.ndjson", "mean(load)", (), "cannot be read"),
        ("empty.csv", "mean(load)", (), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(files, file, detector, more, said):
    (files / "load.log").touch()
    (files / "empty.csv").touch()
    (files / "broken.parquet").write_bytes(b"PAR1 and no more")
    (files / "broken.ndjson").write_text('{"at": 1, "host": "ash", "load": 1}\n{"at": 2, \n')
    ran = detect(files / file, *more, detector=detector)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "words", [("detect",), ("detect", "x.csv"), ("detect", "x.csv", "--detectr", "count"), ("find",)]
)
def test_a_command_that_is_not_understood_shows_how_it_is_meant(words):
    ran = run(*words)
    assert ran.returncode == 2
    assert "Usage: unusual" in ran.stderr


def test_help_names_the_commands_and_their_options():
    assert {"serve", "detect"} <= set(run("--help").stdout.split())
    for command, option in (("serve", "--data-dir"), ("detect", "--bucket-span")):
        assert option in run(command, "--help").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--port", "70000"), "port must be between 0 and 65535"), (("--workers", "-1"), "workers cannot be less than 0")],
)
def test_a_server_that_cannot_be_is_told_in_one_line(tmp_path, words, said):
    ran = run("serve", "--data-dir", tmp_path / "store", *words)
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert said in ran.stderr
