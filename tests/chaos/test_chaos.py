"""The short form of `make chaos`: everything is as if nothing had been, after any number of kills."""

import pytest

from tests.chaos.feeding import killed
from tests.chaos.run import different, load


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_kills_and_full_disks_change_nothing(tmp_path):
    peace = load(tmp_path / "peace", seed=7, count=20)
    chaos = load(tmp_path / "chaos", seed=7, count=20, every=16)
    assert different(peace, chaos) == []
    assert chaos.kills >= 4
    assert chaos.sent > 10_000


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_datafeed_that_is_killed_reads_everything_once(tmp_path):
    kills, found = killed(tmp_path / "store", count=20_000, kills=3, seed=3, scroll_size=500)
    assert found == ""
    assert kills == 3
