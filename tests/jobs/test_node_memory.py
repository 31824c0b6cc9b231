"""Memory stats: which nodes are meant, what open jobs set aside."""

from dataclasses import replace

import pytest

from tests.jobs.world import add_job
from unusual.jobs.lifecycle import State
from unusual.jobs.node import Node
from unusual.jobs.node_memory import memory_stats

NODE = Node("node-1", "ephemeral-1", "cluster-1", "127.0.0.1:9200", 4096, name="harbour")
MIB = 1 << 20


def told(ports, expression="_all", *, human=False):
    return memory_stats(ports, NODE, expression, human=human)


@pytest.mark.parametrize("expression", ["_all", "node-1", "harbour", "har*", "ml:true", "other,node-1", "voting:false"])
def test_the_node_is_meant(ports, expression):
    stats = told(ports, expression)
    assert stats["_nodes"] == {"total": 1, "successful": 1, "failed": 0}
    assert list(stats["nodes"]) == ["node-1"]


@pytest.mark.parametrize("expression", ["other", "ml:false", "x*", "voting:true"])
def test_no_node_is_meant(ports, expression):
    stats = told(ports, expression)
    assert (stats["_nodes"]["total"], stats["nodes"]) == (0, {})


def test_open_jobs_set_their_limit_aside_until_their_size_counts(ports):
    states = {"closed": State.CLOSED, "failed": State.FAILED, "fresh": State.OPENED, "grown": State.OPENED}
    for job_id, state in states.items():
        add_job(ports, job_id, analysis_limits={"model_memory_limit": "20mb"})
        ports.jobs.put(replace(ports.jobs.get(job_id), state=state))
    sizes = {"assignment_memory_basis": "peak_model_bytes", "model_bytes": 2 * MIB, "peak_model_bytes": 3 * MIB}
    ports.jobs.put(replace(ports.jobs.get("grown"), stats={"model_size_stats": sizes}))
    add_job(ports, "waiting", analysis_limits={"model_memory_limit": "20mb"})
    ports.jobs.put(replace(ports.jobs.get("waiting"), state=State.OPENING, reason="not enough memory"))
    assert told(ports)["nodes"]["node-1"]["mem"]["ml"]["anomaly_detectors_in_bytes"] == 23 * MIB


def test_humans_get_readable_twins(ports):
    plain, human = (told(ports, human=human)["nodes"]["node-1"]["mem"] for human in (False, True))
    assert (human["total"], human["ml"]["max"], human["ml"]["anomaly_detectors"]) == ("4gb", "4gb", "0b")
    assert human["total_in_bytes"] == plain["total_in_bytes"] == 4096 * MIB
    assert "total" not in plain
