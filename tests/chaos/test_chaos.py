"""The short form of `make chaos`: everything is as if nothing had been, after any number of kills."""

import pytest

from tests.chaos.run import different, load


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_kills_and_full_disks_change_nothing(tmp_path):
    peace = load(tmp_path / "peace", seed=7, count=20)
    chaos = load(tmp_path / "chaos", seed=7, count=20, every=16)
    assert different(peace, chaos) == []
    assert chaos.kills >= 4
    assert chaos.sent > 10_000
