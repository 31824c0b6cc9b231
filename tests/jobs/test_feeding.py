"""Datafeeds at work: what reaches the job, when they end, and how they go on."""

import asyncio
import json
import time
from dataclasses import replace

import pytest

from tests.jobs import serving_feeds
from tests.jobs.serving_feeds import until
from tests.jobs.world import world
from unusual.analysis.control import Flush, Outputs, Post, Save, Schedule
from unusual.errors import Conflict, NoSuchDatafeed, NotOpen, Refused
from unusual.jobs import configure, datafeeds, notifications
from unusual.jobs.capacity import Capacity
from unusual.jobs.feeding import Feeding
from unusual.jobs.indexing import Write, write
from unusual.jobs.indices import create
from unusual.jobs.lifecycle import State
from unusual.jobs.running import Running
from unusual.jobs.sources import OwnIndices
from unusual.workers.inline import Inline

JOB = {
    "analysis_config": {"bucket_span": "1h", "detectors": [{"function": "mean", "field_name": "wait"}]},
    "data_description": {"time_field": "at"},
}


class Taker:
    """An engine that keeps the times of the records it was given."""

    def __init__(self, _, __) -> None:
        self.times: list[int] = []

    @classmethod
    def restore(cls, job, state: bytes, stopwatch) -> "Taker":
        engine = cls(job, stopwatch)
        engine.times = json.loads(state)
        return engine

    def handle(self, message) -> Outputs:
        state = None
        match message:
            case Post():
                self.times += [json.loads(line)["at"] for line in message.data.splitlines()]
            case Save():
                state = json.dumps(self.times).encode()
            case Flush() | Schedule():
                FLUSHES.append(message)
        seen = {"input_record_count": len(self.times), "times": self.times}
        latest = {"latest_record_timestamp": max(self.times)} if self.times else {}
        return Outputs(upload={}, counts=seen | latest, model_size={}, finalized_end=None, state=state)


FLUSHES: list[Flush] = []


class Now:
    """The machine's own clock, which real time needs."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


@pytest.fixture
def ports():
    FLUSHES.clear()
    made = replace(world(Inline(Taker)), clock=Now())
    create(made, "log", {"mappings": {"properties": {"at": {"type": "date"}, "wait": {"type": "double"}}}})
    configure.create(made, "pier", JOB)
    return made


def sail(ports, *times: int) -> None:
    write(ports, "log", [Write(None, {"at": one, "wait": 1.0}) for one in times])


def feed(ports, **more) -> None:
    datafeeds.create(ports, "ferry", {"job_id": "pier", "indices": ["log"], **more})


def live(ports, scenario):
    return serving_feeds.live(ports, OwnIndices, scenario)


def state(ports) -> State:
    return ports.jobs.get("pier").state


def taken(ports) -> list[int]:
    return ports.jobs.get("pier").stats.get("data_counts", {}).get("times", [])


def told(ports) -> list[str]:
    """What was said of the job."""
    return [json.loads(one.body)["message"] for one in ports.documents.scan([notifications.INDEX])]


async def stop(feeding, **more) -> None:
    options = {"force": False, "timeout_s": 5, "allow_no_match": True, "close_job": False} | more
    await feeding.stop("ferry", **options)


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_a_look_back_posts_all_in_time_order_then_closes_the_job(ports, size: int) -> None:
    sail(ports, 50, 10, 30, 30, 20, 99)
    feed(ports, scroll_size=size)

    async def scenario(running, feeding):
        await running.open("pier", 5)
        assert await feeding.start("ferry", (10, 99)) == "node-1"
        await until(lambda: state(ports) is State.CLOSED)
        return await feeding.stats("ferry", allow_no_match=True)

    (stats,) = live(ports, scenario)
    assert taken(ports) == [10, 20, 30, 30, 50]
    assert FLUSHES[-2:] == [Flush(calc_interim=True), Flush()]  # the second one by the close
    assert stats["state"] == "stopped"
    assert stats["timing_stats"]["search_count"] > 0
    assert "node" not in stats


def test_a_second_run_goes_on_where_the_first_ended(ports) -> None:
    feed(ports)

    async def scenario(running, feeding):
        for batch in ([10, 20], [15, 30]):
            sail(ports, *batch)
            await running.open("pier", 5)
            await feeding.start("ferry", (0, 100))
            await until(lambda: state(ports) is State.CLOSED)

    live(ports, scenario)
    assert taken(ports) == [10, 20, 30]


def test_a_start_beyond_what_was_reached_skips_time(ports) -> None:
    sail(ports, 10, 8_000_000)
    feed(ports)

    async def scenario(running, feeding):
        for window in ((0, 100), (7_200_000, 9_000_000)):
            await running.open("pier", 5)
            await feeding.start("ferry", window)
            await until(lambda: state(ports) is State.CLOSED)

    live(ports, scenario)
    assert Flush(skip_time=7200) in FLUSHES
    assert taken(ports) == [10, 8_000_000]


def test_real_time_reads_what_comes_and_leaves_the_job_open(ports) -> None:
    feed(ports, frequency="100ms", query_delay="0s")
    sail(ports, 10)

    async def scenario(running, feeding):
        await running.open("pier", 5)
        await feeding.start("ferry", (0, None))
        await until(lambda: taken(ports) == [10])
        later = time.time_ns() // 1_000_000
        sail(ports, later)
        await until(lambda: taken(ports) == [10, later])
        await until(lambda: FLUSHES[-1].advance_time is not None)
        (stats,) = await feeding.stats("ferry", allow_no_match=True)
        assert stats["running_state"]["real_time_running"]
        assert stats["assignment_explanation"] == ""
        await stop(feeding)
        assert state(ports) is State.OPENED

    live(ports, scenario)


def test_a_datafeed_that_never_saw_data_gives_up(ports) -> None:
    feed(ports, frequency="50ms", query_delay="0s", max_empty_searches=2)

    async def scenario(running, feeding):
        await running.open("pier", 5)
        await feeding.start("ferry", (0, None))
        await until(lambda: state(ports) is State.CLOSED)

    live(ports, scenario)


def test_a_running_datafeed_goes_on_after_a_restart(ports) -> None:
    feed(ports, frequency="50ms", query_delay="0s")
    sail(ports, 10, 20)

    async def begin(running, feeding):
        await running.open("pier", 5)
        await feeding.start("ferry", (0, None))
        await until(lambda: taken(ports) == [10, 20])

    async def go_on(_, feeding):
        (stats,) = await feeding.stats("ferry", allow_no_match=True)
        assert stats["state"] in {"starting", "started"}
        await until(lambda: taken(ports) == [10, 20, 30])
        await stop(feeding, close_job=True)

    live(ports, begin)
    sail(ports, 30)
    live(replace(ports, workers=Inline(Taker)), go_on)
    assert state(ports) is State.CLOSED


class Slow(Inline):
    """A worker that loads no job before it may."""

    def __init__(self, engines) -> None:
        super().__init__(engines)
        self.may = asyncio.Event()

    async def open(self, job, state, *, alone=False) -> None:
        await self.may.wait()
        await super().open(job, state, alone=alone)


@pytest.mark.parametrize("stopped", [False, True])
def test_a_server_that_starts_again_serves_while_the_jobs_of_its_datafeeds_are_loaded(ports, stopped) -> None:
    feed(ports, frequency="50ms", query_delay="0s")

    async def begin(running, feeding):
        await running.open("pier", 5)
        await feeding.start("ferry", (0, None))

    async def told(feeding):
        (stats,) = await feeding.stats("ferry", allow_no_match=True)
        return stats["state"]

    async def again():
        workers = Slow(Taker)
        slow = replace(ports, workers=workers)
        running = Running(slow, "node-1")
        feeding = Feeding(slow, running, serving_feeds.NODE, OwnIndices)
        await running.resume()
        await feeding.resume()
        try:
            assert await told(feeding) == "starting"
            with pytest.raises(Conflict, match="while its status is starting"):
                await feeding.update("ferry", {"frequency": "1s"})
            if stopped:
                await stop(feeding)
            workers.may.set()
            async with asyncio.timeout(10):
                while await told(feeding) != ("stopped" if stopped else "started"):  # noqa: ASYNC110 - as in `until`
                    await asyncio.sleep(0.01)
        finally:
            await feeding.halt()
            await running.stop()

    live(ports, begin)
    asyncio.run(again())


class Waiting:
    """A datafeed that ran, after a restart on a machine where only one of two open jobs has room."""

    def __init__(self, ports) -> None:
        self.ports = ports
        feed(ports, frequency="50ms", query_delay="0s")
        configure.create(ports, "early", JOB)
        sail(ports, 10, 20)

        async def begin(running, feeding):
            for job_id in ("early", "pier"):
                await running.open(job_id, 5)
            await feeding.start("ferry", (0, None))
            await until(lambda: taken(ports) == [10, 20])

        live(ports, begin)
        sail(ports, 30)

    def live(self, scenario, sources=OwnIndices):
        ports = replace(self.ports, workers=Inline(Taker))
        return serving_feeds.live(ports, sources, scenario, capacity=Capacity(1100 << 20))


async def waits(feeding) -> None:
    async with asyncio.timeout(10):
        (stats,) = await feeding.stats("ferry", allow_no_match=True)
        while "not enough memory" not in stats.get("assignment_explanation", ""):
            await asyncio.sleep(0.01)
            (stats,) = await feeding.stats("ferry", allow_no_match=True)
    assert (stats["state"], "node" in stats) == ("starting", False)


def test_a_datafeed_whose_job_waits_for_memory_after_a_restart_goes_on_when_there_is_some(ports) -> None:
    waiting, states = Waiting(ports), []

    def source(*given):
        states.append(state(ports))
        return OwnIndices(*given)

    async def not_yet(_, feeding):
        await waits(feeding)

    async def now(running, feeding):
        await waits(feeding)
        assert taken(ports) == [10, 20]
        await running.close("early")
        await until(lambda: taken(ports) == [10, 20, 30])
        (stats,) = await feeding.stats("ferry", allow_no_match=True)
        assert (stats["state"], stats["assignment_explanation"]) == ("started", "")
        await stop(feeding, close_job=True)

    waiting.live(not_yet)
    waiting.live(now, source)
    assert state(ports) is State.CLOSED
    assert states == [State.OPENED]  # where the source goes on is known only then


@pytest.mark.parametrize("force", [False, True])
def test_a_datafeed_that_waits_for_its_job_can_be_stopped(ports, force) -> None:
    async def scenario(_, feeding):
        await waits(feeding)
        with pytest.raises(Conflict, match="while its status is starting"):
            await feeding.update("ferry", {"scroll_size": 1})
        await stop(feeding, force=force, close_job=True)
        (stats,) = await feeding.stats("ferry", allow_no_match=True)
        assert stats["state"] == "stopped"

    Waiting(ports).live(scenario)
    assert (state(ports), taken(ports)) == (State.CLOSED, [10, 20])


def test_a_datafeed_whose_job_is_not_open_after_a_restart_is_over_and_that_is_told(ports) -> None:
    feed(ports)

    async def begin(running, feeding):
        await running.open("pier", 5)
        await feeding.start("ferry", (0, None))

    async def gone(_, feeding):
        (stats,) = await feeding.stats("ferry", allow_no_match=True)
        assert stats["state"] == "stopped"

    live(ports, begin)
    ports.jobs.put(replace(ports.jobs.get("pier"), state=State.FAILED))
    live(ports, gone)
    assert told(ports)[-1].startswith("Datafeed stopped: cannot start datafeed [ferry] because job [pier] is failed")


def test_what_forbids_a_start_is_told(ports) -> None:
    async def scenario(running, feeding):
        with pytest.raises(NoSuchDatafeed, match=r"No datafeed with id \[ferry\] exists"):
            await feeding.start("ferry", (0, None))
        feed(ports)
        with pytest.raises(Conflict, match=r"cannot start datafeed \[ferry\] because job \[pier\] is closed"):
            await feeding.start("ferry", (0, None))
        await running.open("pier", 5)
        for change, reason in (
            ({"indices": ["gone"]}, r"because index \[gone\] does not exist"),
            ({"indices": ["gone*"]}, r"because no index matches datafeed's indices \[gone\*\]"),
            ({"indices": ["log"], "script_fields": {"x": {"script": "1"}}}, "scripts are not supported"),
        ):
            await feeding.update("ferry", change)
            with pytest.raises(Refused, match=reason):
                await feeding.start("ferry", (0, None))

    live(ports, scenario)


def test_an_unmapped_field_forbids_a_start(ports) -> None:
    create(ports, "bare", {"mappings": {"properties": {"at": {"type": "date"}}}})
    feed(ports, indices=["bare"])

    async def scenario(running, feeding):
        await running.open("pier", 5)
        with pytest.raises(Refused, match=r"cannot retrieve field \[wait\] because it has no mappings"):
            await feeding.start("ferry", (0, None))

    live(ports, scenario)


def test_what_becomes_of_a_run_is_told(ports) -> None:
    sail(ports, 1000)
    feed(ports, frequency="100ms", query_delay="0s")

    async def scenario(running, feeding):
        await running.open("pier", 5)
        await feeding.start("ferry", (0, 10_000))
        await until(lambda: state(ports) is State.CLOSED)
        await running.open("pier", 5)
        await feeding.start("ferry", (0, None))
        ports.documents.delete("log")
        await until(lambda: any("cannot read" in one for one in told(ports)))
        create(ports, "log", {"mappings": {"properties": {"at": {"type": "date"}, "wait": {"type": "double"}}}})
        await until(lambda: any("again" in one for one in told(ports)))
        await stop(feeding)

    live(ports, scenario)
    assert [one for one in told(ports) if one.startswith("Datafeed")] == [
        "Datafeed started (from: 1970-01-01T00:00:00+00:00 to: 1970-01-01T00:00:10+00:00)",
        "Datafeed lookback completed",
        "Datafeed started (from: 1970-01-01T00:00:00+00:00 to: real-time)",
        "Datafeed cannot read its data: no such index [log]",
        "Datafeed reads its data again",
        "Datafeed stopped",
    ]


def test_a_running_datafeed_is_protected_and_goes_with_its_job_by_force(ports) -> None:
    feed(ports)

    async def scenario(running, feeding):
        await running.open("pier", 5)
        await feeding.start("ferry", (0, None))
        for act in (
            feeding.start("ferry", (0, None)),
            feeding.update("ferry", {"scroll_size": 1}),
            feeding.delete("ferry", force=False),
            feeding.delete_job("pier"),
        ):
            with pytest.raises(Conflict):
                await act
        await feeding.delete_job("pier", force=True)
        assert datafeeds.fetch(ports, "_all") == []
        assert ports.jobs.all() == []

    live(ports, scenario)


@pytest.mark.parametrize("force", [False, True])
def test_closing_the_job_stops_its_datafeed_first(ports, force) -> None:
    feed(ports)

    async def scenario(running, feeding):
        await running.open("pier", 5)
        await feeding.start("ferry", (0, None))
        await feeding.close_jobs("pier", force=force)
        (stats,) = await feeding.stats("*", allow_no_match=True)
        assert stats["state"] == "stopped"

    live(ports, scenario)
    assert state(ports) is State.CLOSED


class Stuck(Inline):
    """A worker that never answers to data; whoever waits is told when the job is taken away from it."""

    async def send(self, job_id: str, message) -> Outputs:
        if not isinstance(message, Post):
            return await super().send(job_id, message)
        self.waiting = asyncio.get_running_loop().create_future()
        return await self.waiting

    async def drop(self, job_id: str) -> None:
        if not self.waiting.done():
            self.waiting.set_exception(NotOpen(job_id))
        await super().drop(job_id)


@pytest.mark.parametrize("act", ["close_jobs", "delete_job"])
def test_a_stuck_job_is_ended_by_force_whatever_its_datafeed_waits_for(ports, monkeypatch, act) -> None:
    monkeypatch.setattr("unusual.jobs.feeding.STOP_WITHIN_S", 0.05)
    monkeypatch.setattr("unusual.jobs.feed_runs.CANCEL_WITHIN_S", 0.05)
    stuck = replace(ports, workers=Stuck(Taker))
    sail(stuck, 10)
    feed(stuck)

    async def scenario(running, feeding):
        await running.open("pier", 5)
        await feeding.start("ferry", (0, None))
        await until(lambda: hasattr(stuck.workers, "waiting"))
        async with asyncio.timeout(5):
            await getattr(feeding, act)("pier", force=True)

    live(stuck, scenario)
    assert [job.state for job in stuck.jobs.all()] == ([State.CLOSED] if act == "close_jobs" else [])


def test_a_run_whose_end_cannot_be_kept_is_over_all_the_same(ports, monkeypatch, caplog) -> None:
    feed(ports)

    async def scenario(running, feeding):
        await running.open("pier", 5)
        await feeding.start("ferry", (0, None))
        with monkeypatch.context() as broken:
            broken.setattr(ports.configs, "put", lambda *_: 1 / 0)
            await stop(feeding)
        (stats,) = await feeding.stats("ferry", allow_no_match=True)
        assert stats["state"] == "stopped"
        await feeding.start("ferry", (0, None))

    live(ports, scenario)
    assert "datafeed broke" in caplog.messages
