"""Every example in a docstring runs and shows what it says."""

import doctest
import importlib

import pytest

from tests.architecture.source import modules


@pytest.mark.parametrize("module", [m for m in modules() if ">>> " in m.text], ids=lambda module: module.name)
def test_an_example_shows_what_happens(module):
    name = f"unusual.{module.name.removesuffix('.py').removesuffix('/__init__')}".replace("/", ".")
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted
    assert not found.failed
