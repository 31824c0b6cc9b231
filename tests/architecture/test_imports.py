"""The import contract of pyproject.toml is kept, and would notice a fault of each kind."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONTRACT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

FAULTS = {
    "an upward import": (
        "kernels/planted.py",
        "import unusual.jobs.lifecycle\n",
        "A floor may use only those below it",
    ),
    "an upward import for types only": (
        "models/planted.py",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from unusual.analysis import control\n",
        "A floor may use only those below it",
    ),
    "an upward import inside a function": (
        "analysis/planted.py",
        "def late():\n    import unusual.jobs.ports\n",
        "A floor may use only those below it",
    ),
    "one door that knows another": (
        "api/planted.py",
        "import unusual.store\n",
        "A floor may use only those below it",
    ),
    "a module without a floor": ("planted.py", "", "A floor may use only those below it"),
    "a model that reads the clock": ("models/planted.py", "import time\n", "The numeric floors know no documents"),
    "an engine that reads files": ("analysis/planted.py", "import pathlib\n", "The engine has no clock"),
    "a kernel that calls the compiler itself": (
        "kernels/planted.py",
        "import numba\n",
        "One module knows the compiler",
    ),
    "a client that knows the engine": (
        "client/planted.py",
        "import unusual.analysis.engine\n",
        "The client knows documents alone",
    ),
    "an API that opens the database": ("api/planted.py", "import sqlite3\n", "Only the store speaks SQL"),
    "a use case that knows the cluster": ("jobs/planted.py", "import ray\n", "Only the workers know the cluster"),
    "a worker that knows the web": ("workers/planted.py", "import fastapi\n", "Only api, ui and app know the web"),
    "a cycle": ("detect/planted.py", "import unusual.detect.returned\n", "No cycles"),
}


def lint(config: Path, source: Path) -> subprocess.CompletedProcess[str]:
    """The contract of `config` held against the package inside `source`."""
    return subprocess.run(
        [sys.executable, "-c", CONTRACT, "--config", str(config), "--no-cache", "--no-logo"],
        env={**os.environ, "PYTHONPATH": str(source), "COLUMNS": "200", "NO_COLOR": "1"},
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_import_contract_is_kept(root):
    ended = lint(root / "pyproject.toml", root / "src")
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("fault", FAULTS)
def test_the_import_contract_notices(fault, root, tmp_path):
    name, text, contract = FAULTS[fault]
    shutil.copytree(root / "src" / "unusual", tmp_path / "unusual", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "unusual" / name).write_text(text)
    (tmp_path / "unusual" / "detect" / "returned.py").write_text(
        "import unusual.detect.planted\n" if fault == "a cycle" else ""
    )
    ended = lint(root / "pyproject.toml", tmp_path)
    broken = [line for line in ended.stdout.splitlines() if " BROKEN" in line]
    assert ended.returncode == 1, ended.stderr
    assert any(line.startswith(contract) for line in broken), ended.stdout
