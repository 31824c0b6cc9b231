"""Forecasts from their request to their removal, over a real engine."""

import asyncio
import json

import pytest

from tests.jobs.world import add_job, words, world
from unusual.analysis.engine import Engine
from unusual.errors import Conflict, Invalid, Missing, NoSuchJob, NotOpen, Refused
from unusual.jobs import forecasts
from unusual.jobs.forecasting import Wanted
from unusual.jobs.retention import Pace, delete_expired
from unusual.schema.durations import Duration
from unusual.workers.inline import Inline

START = 1_600_000_200
LINES = b"".join(b'{"stamp":%d}\n' % (START + 100 * i) for i in range(300))
DAY_MS = 86_400_000


@pytest.fixture
def ports():
    return world(Inline(Engine))


def wanted(duration="1h", expires_in="14d", memory_bytes=20 << 20) -> Wanted:
    return Wanted(Duration(duration), Duration(expires_in), memory_bytes)


async def fed(running, ports, **config):
    """An open job with a model."""
    add_job(ports, "pump", **config)
    await running.open("pump", 5)
    await running.post("pump", words(LINES))


async def ended(ports, count=1):
    """The stats of the job's forecasts once that many have ended."""
    for _ in range(4000):
        found = forecasts.known(ports, "pump")
        if sum(one["forecast_status"] in {"finished", "failed"} for one in found) == count:
            return found
        await asyncio.sleep(0.005)
    raise TimeoutError


def noted(ports, forecast_id, **more):
    """A forecast that only its stats tell of."""
    request = {"job_id": "pump", "timestamp": 0, "forecast_id": forecast_id, "forecast_status": "finished"}
    forecasts.keep(ports, request | more)


def kept(ports, kind="model_forecast"):
    return [json.loads(result.body) for result in ports.results.kept["pump"] if result.kind == kind]


def test_a_forecast_is_answered_at_once_and_made_by_and_by(ports, live):
    async def scenario(running):
        await fed(running, ports)
        forecast_id = await running.forecast("pump", wanted())
        [request] = await ended(ports)
        assert request["forecast_id"] == forecast_id
        assert (request["forecast_status"], request["forecast_progress"]) == ("finished", 1.0)
        assert request["forecast_create_timestamp"] == request["forecast_start_timestamp"] == ports.clock.now_ms()
        assert request["forecast_expiry_timestamp"] == ports.clock.now_ms() + 14 * DAY_MS

    live(ports, scenario)
    assert [one["timestamp"] for one in kept(ports)][:2] == [(START + 29_400) * 1000, (START + 29_700) * 1000]
    assert len(kept(ports)) == 12


def test_a_forecast_waits_for_its_turn(ports, live):
    async def slow(gate):
        await gate.wait()
        yield b""

    async def scenario(running):
        await fed(running, ports)
        gate = asyncio.Event()
        upload = asyncio.create_task(running.post("pump", slow(gate)))
        await asyncio.sleep(0)
        forecast_id = await running.forecast("pump", wanted())
        assert forecasts.known(ports, "pump")[0]["forecast_status"] == "scheduled"
        with pytest.raises(Conflict, match="needs to be either FAILED or FINISHED to be deleted"):
            forecasts.delete(ports, "pump", forecast_id, allow_no_match=True)
        gate.set()
        await upload
        assert (await ended(ports))[0]["forecast_status"] == "finished"

    live(ports, scenario)


def test_a_forecast_whose_job_is_closed_by_force_fails(ports, live):
    async def endless(begun, gate):
        yield b"1"
        begun.set()
        await gate.wait()
        yield b""

    async def scenario(running):
        await fed(running, ports)
        begun, gate = asyncio.Event(), asyncio.Event()
        upload = asyncio.create_task(running.post("pump", endless(begun, gate)))
        await begun.wait()  # the upload has the job's attention
        await running.forecast("pump", wanted())
        await running.close("pump", force=True)
        gate.set()
        with pytest.raises(NotOpen):
            await upload
        [request] = await ended(ports)
        assert (request["forecast_status"], request["forecast_messages"]) == ("failed", ["the job was closed before"])

    live(ports, scenario)


def test_an_orderly_close_lets_a_forecast_be_made_first(ports, live):
    async def scenario(running):
        await fed(running, ports)
        await running.forecast("pump", wanted())
        await asyncio.sleep(0)
        await running.close("pump")
        assert forecasts.known(ports, "pump")[0]["forecast_status"] == "finished"

    live(ports, scenario)


def test_what_was_under_way_when_the_server_ended_has_failed(ports, live):
    add_job(ports, "pump")
    noted(ports, "done")
    noted(ports, "begun", forecast_status="started")

    async def scenario(_):
        found = {one["forecast_id"]: one for one in forecasts.known(ports, "pump")}
        assert found["done"]["forecast_status"] == "finished"
        assert found["begun"]["forecast_status"] == "failed"
        assert found["begun"]["forecast_messages"] == ["the server ended before it was made"]

    live(ports, scenario)


def test_checks_come_in_the_order_clients_know(ports, live):
    async def scenario(running):
        over = {"function": "count", "over_field_name": "user"}
        add_job(ports, "crowd", analysis_config={"bucket_span": "1h", "detectors": [over]})
        add_job(ports, "pump", analysis_config={"bucket_span": "1h", "detectors": [{"function": "count"}]})
        for job_id in ("pump", "nobody"):
            with pytest.raises(NotOpen):
                await running.forecast(job_id, wanted("10m"))
        await running.open("pump", 5)
        with pytest.raises(Invalid, match=r"\[duration\] must be greater or equal to the bucket span: \[10m/1h\]"):
            await running.forecast("pump", wanted("10m"))
        with pytest.raises(Refused, match="requires data to have been processed and modeled"):
            await running.forecast("pump", wanted())
        await running.post("pump", words(LINES[:20]))
        with pytest.raises(Refused, match="requires data to have been processed and modeled"):
            await running.forecast("pump", wanted())

    live(ports, scenario)


def test_a_population_cannot_be_forecast(ports, live):
    ports = world()  # an engine that takes every job

    async def scenario(running):
        over = {"function": "count", "over_field_name": "user"}
        add_job(ports, "pump", analysis_config={"detectors": [over]})
        await running.open("pump", 5)
        told = "Cannot run forecast: Forecast is not supported for population analysis"
        with pytest.raises(Refused, match=told):
            await running.forecast("pump", wanted())

    live(ports, scenario)


def test_a_job_short_of_memory_does_not_forecast(ports, live):
    async def scenario(running):
        await fed(running, ports)
        ports.jobs.get("pump").stats["model_size_stats"]["memory_status"] = "soft_limit"
        with pytest.raises(Refused, match=r"Cannot run forecast: .* memory status is not OK"):
            await running.forecast("pump", wanted())

    live(ports, scenario)


@pytest.fixture
def three(ports):
    """A job with three forecasts, each of one result."""
    add_job(ports, "pump")
    for forecast_id in ("a1", "a2", "b1"):
        noted(ports, forecast_id)
        body = json.dumps({"forecast_id": forecast_id}).encode()
        ports.results.add("pump", [forecasts.Result(forecasts.KIND, 0, forecast_id, 0.0, is_interim=False, body=body)])
    return ports


@pytest.mark.parametrize(
    ("expression", "left"),
    [("_all", []), ("*", []), ("a*", ["b1"]), ("a1,b1", ["a2"]), ("c*", ["a1", "a2", "b1"]), ("a2", ["a1", "b1"])],
)
def test_forecasts_are_removed_with_their_results(three, expression, left):
    forecasts.delete(three, "pump", expression, allow_no_match=True)
    assert [one["forecast_id"] for one in forecasts.known(three, "pump")] == left
    assert [one["forecast_id"] for one in kept(three)] == left


def test_what_is_named_must_be_there(three):
    with pytest.raises(Missing, match=r"No forecast\(s\) \[ghost\] exists for job \[pump\]"):
        forecasts.delete(three, "pump", "a1,ghost", allow_no_match=True)
    assert len(forecasts.known(three, "pump")) == 3
    forecasts.delete(three, "pump", "_all", allow_no_match=False)
    with pytest.raises(Missing, match=r"No forecast\(s\) \[_all\] exists for job \[pump\]"):
        forecasts.delete(three, "pump", "_all", allow_no_match=False)
    with pytest.raises(NoSuchJob):
        forecasts.delete(three, "nobody", "_all", allow_no_match=True)


def test_stats_sum_up_all_forecasts(ports):
    add_job(ports, "pump")
    assert forecasts.summaries(ports, ["pump"]) == {"pump": {"total": 0, "forecasted_jobs": 0}}
    noted(ports, "a", processed_record_count=10, processing_time_ms=4, forecast_memory_bytes=100)
    noted(ports, "b", processed_record_count=30, processing_time_ms=2, forecast_status="started")
    add_job(ports, "fan")
    noted(ports, "c", job_id="fan")
    summaries = forecasts.summaries(ports, ["fan", "pump"])
    assert summaries["fan"]["total"] == 1
    assert summaries["pump"] == {
        "total": 2,
        "forecasted_jobs": 1,
        "memory_bytes": {"min": 0, "max": 100, "avg": 50.0, "total": 100},
        "records": {"min": 10, "max": 30, "avg": 20.0, "total": 40},
        "processing_time_ms": {"min": 2, "max": 4, "avg": 3.0, "total": 6},
        "status": {"finished": 1, "started": 1},
    }


def test_a_forecast_goes_when_its_time_is_over(ports):
    add_job(ports, "pump")
    now_ms = ports.clock.now_ms()
    noted(ports, "old", forecast_expiry_timestamp=now_ms - 1)
    noted(ports, "running", forecast_expiry_timestamp=now_ms - 1, forecast_status="started")
    noted(ports, "new", forecast_expiry_timestamp=now_ms + 1)
    noted(ports, "for-ever")
    assert delete_expired(ports, "_all", Pace(1000))
    assert {one["forecast_id"] for one in forecasts.known(ports, "pump")} == {"running", "new", "for-ever"}


def test_a_forecast_may_be_kept_for_ever(ports, live):
    async def scenario(running):
        await fed(running, ports)
        await running.forecast("pump", wanted(expires_in="0"))
        assert "forecast_expiry_timestamp" not in (await ended(ports))[0]

    live(ports, scenario)
