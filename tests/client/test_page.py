"""The page on the client: its code has right types and runs, its lists are whole; so are the files made from routes."""

import inspect
import re

import pytest
from mypy import api

from tools.client_calls import TABLE, TYPES, table, types
from unusual.api.calls import calls_of
from unusual.app import create_app
from unusual.client import failures
from unusual.client.calls import CALLS
from unusual.client.speaking import Speaking, walking

EVERY = calls_of(create_app(lambda: None))


@pytest.fixture(scope="module")
def told(root) -> str:
    return (root / "docs" / "client.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def session(told) -> str:
    """All code of the page, as one program."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```$", told, re.MULTILINE | re.DOTALL))


def test_the_code_of_the_page_runs(session, address, capsys):
    exec(compile(session.replace("http://127.0.0.1:9200", address), "client.md", "exec"), {})  # noqa: S102 - our own page
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "2000 1704966300000"
    assert printed[1] == "2024-01-11 09:45:00+00:00"
    assert printed[2].startswith("2024-01-09 08:00:00+00:00 north (160.0,)")
    assert "Invalid flush parameters: unexpected 'start'." in printed
    assert "404 resource_not_found_exception No known job with id 'nobody' resource_not_found_exception" in printed


def test_the_code_of_the_page_has_right_types_and_a_wrong_one_is_noticed(root, session, tmp_path):
    wrong = """
client.flush_job()  # type: ignore[call-arg]
client.flush_job("pumps", calc_interim="perhaps")  # type: ignore[arg-type]
client.flush_job("pumps", calc_interims=True)  # type: ignore[call-arg]
client.flush_job("pumps").last_finalized_bucket_end.moment  # type: ignore[union-attr]
score: str = client.get_records("pumps").records[0].record_score  # type: ignore[assignment]
"""
    program = tmp_path / "session.py"
    program.write_text(session + wrong)
    cache = ["--cache-dir", str(root / ".mypy_cache")]
    said, faults, status = api.run(["--config-file", str(root / "pyproject.toml"), "--strict", *cache, str(program)])
    assert (status, faults) == (0, ""), said


@pytest.mark.parametrize(("place", "written"), [(TABLE, table), (TYPES, types)], ids=["table", "types"])
def test_what_is_made_from_the_routes_is_that_of_the_server(place, written):
    assert place.read_text(encoding="utf-8") == written(EVERY), "run `make docs`"


def test_every_way_through_pages_is_told(told):
    for call in CALLS:
        if call.paged:
            assert f"`{walking(call)}`" in told


def test_every_argument_of_a_connection_and_every_problem_is_told(told):
    for name in [*inspect.signature(Speaking).parameters][1:]:
        assert f"| `{name}` |" in told
    for name, kind in inspect.getmembers(failures, inspect.isclass):
        if kind.__module__ == failures.__name__:
            assert f"`{name}`" in told


def test_what_is_sent_again_is_told(told):
    for call in CALLS:
        if call.repeatable:
            assert f"`{call.name}`" in told.split("Sent again")[1]
