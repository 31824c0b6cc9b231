"""Fixtures that every floor may use."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # the first call of a kernel compiles it
settings.load_profile("untimed")

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("UNUSUAL_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The optional folder of labelled data and conformance cases; tests that need it skip where it is missing."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the folder of labelled data: set UNUSUAL_SHARED or put it at {SHARED}")
    return SHARED
