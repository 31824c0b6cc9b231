"""The rehearsal before the first job."""

from unusual.analysis.rehearsal import rehearse
from unusual.kernels import compiled, machine_code


def test_every_kind_of_job_runs_to_its_end():
    rehearse()


def test_machine_code_is_whole_once_that_is_noted(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "code"))
    assert not machine_code.is_whole()
    machine_code.note_whole()
    assert machine_code.is_whole()


def test_machine_code_is_kept_where_the_compiler_looks():
    assert vars(compiled.numba.config)["CACHE_DIR"] == machine_code.directory()
