"""The one wildcard there is."""

import pytest

from unusual.schema.wildcards import fits


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [("*", True), ("pump*", True), ("*[7]", True), ("*mp*[7*", True), ("pump?[7]", False), ("pump-[7-9]", False)],
)
def test_only_the_star_stands_for_others(pattern, meant):
    assert fits("pump-[7]", pattern) is meant
