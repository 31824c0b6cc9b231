"""What is loaded only by who needs it, so that starting stays quick."""

import subprocess
import sys

import pytest

COMPILER, FRAMES, NUMBERS = "numba", "polars", "numpy"
SERVER = ("fastapi", "uvicorn", "sqlalchemy", "alembic")
HEAVY = (COMPILER, FRAMES, NUMBERS, "pydantic", "icalendar", "httpx", *SERVER)


@pytest.mark.parametrize(
    ("statement", "unneeded"),
    [
        ("import unusual", HEAVY),
        ("import unusual.cli.commands", HEAVY),
        ("from unusual import Client", (COMPILER, FRAMES, NUMBERS, *SERVER)),
        ("from unusual import Job", SERVER),
        ("import unusual.app", (COMPILER, "icalendar", "unusual.analysis.engine")),
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
