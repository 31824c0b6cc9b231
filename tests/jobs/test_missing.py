"""Documents that come after a datafeed had read their time, in real time by a clock that the test sets."""

import asyncio
import json
import threading
from dataclasses import replace

import pytest

from tests.jobs.world import world
from unusual.analysis.control import Flush, Outputs
from unusual.analysis.engine import Engine
from unusual.jobs import annotations, configure, datafeeds, notifications
from unusual.jobs.feeding import Feeding
from unusual.jobs.indexing import Write, write
from unusual.jobs.indices import create
from unusual.jobs.node import Node
from unusual.jobs.running import Running
from unusual.jobs.sources import OwnIndices
from unusual.workers.inline import Inline

T0_MS = 1_609_459_200_000
MINUTE, HOUR = 60_000, 3_600_000
NODE = Node("node-1", "ephemeral-1", "cluster-1", "127.0.0.1:9200", 4096)
JOB = {
    "analysis_config": {"bucket_span": "1h", "detectors": [{"function": "mean", "field_name": "wait"}]},
    "data_description": {"time_field": "at"},
}
MAPPINGS = {"properties": {"at": {"type": "date"}, "wait": {"type": "double"}, "pier": {"type": "keyword"}}}
SLOTS = {
    "slots": {
        "date_histogram": {"field": "at", "fixed_interval": "10m"},
        "aggregations": {"at": {"max": {"field": "at"}}, "wait": {"avg": {"field": "wait"}}},
    }
}


ADVANCED: list[int] = []


class Heard(Engine):
    """An engine that tells up to where time was advanced."""

    def handle(self, message) -> Outputs:
        outputs = super().handle(message)
        if isinstance(message, Flush) and message.advance_time is not None:
            ADVANCED.append(message.advance_time)
        return outputs


class Watched:
    """A clock that moves when told, and knows how often the server's own thread has looked at it."""

    def __init__(self) -> None:
        self.ms = T0_MS
        self.looks = 0

    def now_ms(self) -> int:
        self.looks += threading.current_thread() is threading.main_thread()
        return self.ms


@pytest.fixture
def ports(monkeypatch):
    monkeypatch.setattr("unusual.jobs.pulling.LOOK_S", 0.005)
    ADVANCED.clear()
    made = replace(world(Inline(Heard)), clock=Watched())
    create(made, "log", {"mappings": MAPPINGS})
    return made


def sail(ports, *times: int, **more) -> None:
    write(ports, "log", [Write(None, {"at": one, "wait": float(one % 7), **more}) for one in times])


def told(ports, index: str) -> list[dict]:
    return [json.loads(one.body) for one in ports.documents.scan([index])]


def missed(ports) -> list[dict]:
    """What was annotated of missing documents."""
    if not any(index.name == annotations.INDEX for index in ports.documents.all()):
        return []
    return [one for one in told(ports, annotations.INDEX) if one["event"] == "delayed_data"]


def counts(ports) -> list[int]:
    """How many documents each final bucket has seen."""
    kept = [json.loads(one.body) for one in ports.results.kept.get("pier", []) if one.kind == "bucket"]
    return [one["event_count"] for one in sorted(kept, key=lambda one: one["timestamp"]) if not one["is_interim"]]


class Day:
    """Some hours of a running datafeed, lived in steps of ten minutes."""

    def __init__(self, ports) -> None:
        self.ports = ports

    def live(self, hours: int, happening, job=JOB, **feed) -> None:
        """Let time pass; `happening(now_ms)` is called before each step."""
        configure.create(self.ports, "pier", job)
        options = {"job_id": "pier", "indices": ["log"], "query_delay": "1m", "frequency": "10m"}
        datafeeds.create(self.ports, "ferry", options | feed)
        asyncio.run(self._live(hours, happening))

    async def _live(self, hours, happening) -> None:
        running = Running(self.ports, "node-1")
        feeding = Feeding(self.ports, running, NODE, OwnIndices)
        await running.resume()
        await running.resumed()
        await running.open("pier", 60)
        await feeding.start("ferry", (T0_MS, None))
        clock = self.ports.clock
        for _ in range(6 * hours):
            happening(clock.ms)
            clock.ms += 10 * MINUTE
            await self._caught_up(clock)
        await feeding.halt()
        await running.stop()

    async def _caught_up(self, clock: Watched) -> None:
        """Wait until everything that is due by the clock is done, and the datafeed does nothing but look at it."""
        due = (clock.ms - MINUTE) // (10 * MINUTE) * 10 * MINUTE
        async with asyncio.timeout(60):
            while due > T0_MS and ADVANCED[-1:] != [due // 1000]:  # noqa: ASYNC110 - another thread tells
                await asyncio.sleep(0.002)
            before = clock.looks
            while clock.looks < before + 5:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.002)


def test_real_time_by_a_shifted_clock_reads_what_comes_as_it_comes(ports) -> None:
    def happening(now: int) -> None:
        sail(ports, *range(now, now + 10 * MINUTE, MINUTE))

    Day(ports).live(5, happening)
    assert counts(ports) == [60, 60, 60, 60]
    assert missed(ports) == []


@pytest.mark.parametrize("feed", [{}, {"query": {"term": {"pier": "north"}}}, {"aggregations": SLOTS}])
def test_documents_that_come_too_late_are_found_counted_and_told_once(ports, feed) -> None:
    def happening(now: int) -> None:
        sail(ports, *range(now, now + 10 * MINUTE, MINUTE), pier="north")
        if now == T0_MS + 3 * HOUR:
            sail(ports, now - 2 * HOUR, now - 2 * HOUR + 1, now - HOUR, pier="north")
            sail(ports, now - HOUR, pier="north" if "query" not in feed else "south")
        if now == T0_MS + 4 * HOUR:
            sail(ports, now - 2 * HOUR, pier="north")

    job = JOB
    if "aggregations" in feed:
        job = JOB | {"analysis_config": JOB["analysis_config"] | {"summary_count_field_name": "doc_count"}}
    Day(ports).live(7, happening, job, **feed)
    first, second = sorted(missed(ports), key=lambda one: one["create_time"])
    hit = 3 if "query" in feed else 4
    assert first["annotation"].startswith(f"Datafeed missed [{hit}] documents that came after")
    assert "the bucket of [2021-01-01T02:00:00+00:00]" in first["annotation"]
    assert (first["timestamp"], first["end_timestamp"]) == (T0_MS + HOUR, T0_MS + 3 * HOUR)
    assert first["job_id"] == "pier"
    assert second["annotation"].startswith("Datafeed missed [1] documents")
    assert (second["timestamp"], second["end_timestamp"]) == (T0_MS + 2 * HOUR, T0_MS + 3 * HOUR)
    warned = [one["message"] for one in told(ports, notifications.INDEX) if one["level"] == "warning"]
    assert warned == [first["annotation"], second["annotation"]]
    assert counts(ports) == [6 if "aggregations" in feed else 60] * 6


def test_what_is_older_than_the_window_is_not_looked_for(ports) -> None:
    def happening(now: int) -> None:
        sail(ports, *range(now, now + 10 * MINUTE, MINUTE))
        if now == T0_MS + 5 * HOUR:
            sail(ports, T0_MS, T0_MS + 3 * HOUR)

    Day(ports).live(7, happening, delayed_data_check_config={"check_window": "2h"})
    assert [one["timestamp"] for one in missed(ports)] == [T0_MS + 3 * HOUR]


def test_nobody_looks_where_that_is_not_wanted(ports) -> None:
    def happening(now: int) -> None:
        sail(ports, *range(now, now + 10 * MINUTE, MINUTE))
        if now == T0_MS + 3 * HOUR:
            sail(ports, T0_MS + HOUR)

    Day(ports).live(5, happening, delayed_data_check_config={"enabled": False})
    assert missed(ports) == []
