"""What is loaded only by who needs it, so that starting stays quick."""

import ast
import subprocess
import sys

import pytest

from tests.architecture.source import modules

COMPILER, FRAMES, NUMBERS = "numba", "polars", "numpy"
SERVER = ("fastapi", "uvicorn", "sqlalchemy", "alembic")
HEAVY = (COMPILER, FRAMES, NUMBERS, "pydantic", "icalendar", "httpx", *SERVER)


def test_no_kernel_asks_for_linear_algebra_for_which_the_compiler_would_need_scipy():
    for kernels in (module for module in modules() if module.floor == "kernels"):
        for node in ast.walk(kernels.tree):
            assert not isinstance(node, ast.MatMult), kernels.name
            assert getattr(node, "attr", "") not in {"dot", "vdot", "inner", "outer", "matmul", "linalg"}, kernels.name


@pytest.mark.parametrize(
    ("statement", "unneeded"),
    [
        ("import unusual", HEAVY),
        ("import unusual.cli.commands", HEAVY),
        ("from unusual import Client", (COMPILER, FRAMES, NUMBERS, *SERVER)),
        ("from unusual import Job", SERVER),
        ("import unusual.app", (COMPILER, "icalendar", "unusual.analysis.engine", "alembic")),
    ],
)
def test_what_is_heavy_is_not_loaded_by(statement, unneeded):
    loaded = subprocess.run(
        [sys.executable, "-c", f"{statement}; import sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not set(unneeded) & set(loaded)
