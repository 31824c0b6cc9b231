"""Compiling in the background: told once, given up with the server, left out when there is nothing to do."""

import shutil
import sys
from importlib.resources import files

import pytest

from unusual.kernels import machine_code
from unusual.workers import compiling


@pytest.fixture(autouse=True)
def nothing_compiled(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))


def test_what_is_not_compiled_yet_is_told_and_the_compiler_ends_with_the_server(monkeypatch):
    monkeypatch.setattr(compiling, "COMMAND", (sys.executable, "-c", "import signal; signal.pause()"))
    told = []
    with compiling.compiling(told.append):
        assert told == [compiling.TOLD]


def test_nothing_is_told_or_started_once_everything_is_compiled(monkeypatch):
    machine_code.note_whole()
    monkeypatch.setattr(compiling, "COMMAND", ("no such program",))
    told = []
    with compiling.compiling(told.append):
        assert told == []


def test_what_is_compiled_for_one_installation_is_not_for_another(tmp_path, monkeypatch):
    machine_code.note_whole()
    assert machine_code.is_whole()
    other = shutil.copytree(files("unusual.kernels"), tmp_path / "kernels")
    monkeypatch.setattr(machine_code, "files", lambda _: other)
    assert not machine_code.is_whole()
