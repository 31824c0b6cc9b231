"""Model plots in the life of a job: kept among its results, and followed by an open job when they are switched."""

import json

import pytest

from tests.jobs.world import add_job, words, world
from unusual.analysis.engine import Engine
from unusual.jobs import snapshots
from unusual.workers.inline import Inline

SPAN = 300


@pytest.fixture
def ports():
    return world(Inline(Engine))


def lines(first, until):
    return "".join(f'{{"stamp": {bucket * SPAN}}}\n' for bucket in range(first, until)).encode()


def plotted(ports):
    """The buckets that were plotted."""
    found = [json.loads(result.body) for result in ports.results.kept.get("pump", []) if result.kind == "model_plot"]
    return [one["timestamp"] // 1000 // SPAN for one in found]


def test_a_job_plots_what_it_was_configured_to(ports, live):
    add_job(ports, "pump", model_plot_config={"enabled": True})

    async def scenario(running):
        await running.open("pump", 5)
        await running.post("pump", words(lines(0, 10)))

    live(ports, scenario)
    assert plotted(ports) == [2, 3, 4, 5, 6, 7, 8]


def test_an_open_job_follows_an_update(ports, live):
    add_job(ports, "pump")

    async def scenario(running):
        await running.open("pump", 5)
        await running.post("pump", words(lines(0, 10)))
        changed = await running.update("pump", {"model_plot_config": {"enabled": True}})
        assert changed["model_plot_config"] == {"enabled": True, "annotations_enabled": True}
        await running.post("pump", words(lines(10, 15)))
        await running.update("pump", {"description": "of the lower deck"})
        await running.post("pump", words(lines(15, 17)))
        await running.update("pump", {"model_plot_config": {"enabled": False}})
        await running.post("pump", words(lines(17, 20)))

    live(ports, scenario)
    assert plotted(ports) == [*range(9, 16)]


def test_plots_go_with_the_results_that_a_revert_takes_back(ports, live):
    add_job(ports, "pump", model_plot_config={"enabled": True})

    async def scenario(running):
        await running.open("pump", 5)
        await running.post("pump", words(lines(0, 10)))
        await running.close("pump")
        await running.open("pump", 5)
        await running.post("pump", words(lines(10, 20)))
        await running.close("pump")

    live(ports, scenario)
    first = ports.snapshots.list("pump")[0]["snapshot_id"]
    assert plotted(ports) == [*range(2, 19)]
    snapshots.revert(ports, "pump", first, delete_intervening_results=True)
    assert plotted(ports) == [*range(2, 9)]
