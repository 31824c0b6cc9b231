"""Hashes wrap around without a word when compiled; uncompiled they need leave to do so."""

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _wrapping():
    with np.errstate(over="ignore"):
        yield
