"""The command `unusual categorize` as a user runs it: plain and packed files, any bytes, and what it prints."""

import gzip
import json
import subprocess

import pytest

from tests.conformance.serving import COMMAND

FIRST = b"2024-01-02 03:04:05 INFO user 5 left\r\n"
LOG = FIRST + b"2024-01-02 03:04:06 WARN disk \xff full\n2024-01-02 03:04:07 INFO user 77 left"


def run(*words, stdin=None) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, "categorize", *map(str, words)]
    ended = subprocess.run(command, capture_output=True, input=stdin, timeout=60, check=False)
    return subprocess.CompletedProcess(command, ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@pytest.fixture(params=["app.log", "app.log.gz"])
def log(request, tmp_path):
    path = tmp_path / request.param
    path.write_bytes(gzip.compress(LOG) if path.suffix == ".gz" else LOG)
    return path


def test_categories_are_printed_as_json_with_a_summary_last(log):
    *categories, summary = map(json.loads, run(log, "--output", "json").stdout.splitlines())
    assert [(one["template"], one["num_matches"]) for one in categories] == [
        ("user <*> left", 2),
        ("disk \ufffd full", 1),
    ]
    assert categories[0]["examples"][0] == "2024-01-02 03:04:05 INFO user 5 left"
    assert summary.pop("seconds") >= 0
    assert summary == {"lines": 3, "categories": 2, "uncategorized": 0}


def test_a_table_shows_counts_templates_and_examples(log):
    printed = run(log).stdout
    assert "user <*> left" in printed
    assert "user 5 left" in printed
    assert "3 lines in 2 categories" in printed


def test_the_category_of_each_line_is_written_where_wanted(log, tmp_path):
    assert run(log, "--assignments", tmp_path / "lines").returncode == 0
    assert (tmp_path / "lines").read_text() == "1\n2\n1\n"


def test_the_standard_input_is_read_if_wanted():
    *categories, summary = map(json.loads, run("-", "--output", "json", stdin=LOG).stdout.splitlines())
    assert [one["num_matches"] for one in categories] == [2, 1]
    assert summary["lines"] == 3


def test_an_empty_file_has_no_categories(tmp_path):
    (tmp_path / "empty").touch()
    assert json.loads(run(tmp_path / "empty", "--output", "json").stdout)["categories"] == 0


def test_a_file_that_is_missing_or_damaged_is_told_by_name(tmp_path):
    (tmp_path / "bad.gz").write_bytes(b"no archive")
    for name, said in (("none.log", "does not exist"), ("bad.gz", "cannot be read")):
        ended = run(tmp_path / name)
        assert ended.returncode == 2
        assert name in ended.stderr
        assert said in ended.stderr
