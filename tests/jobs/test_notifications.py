"""Messages about jobs: what is told when, how much it matters, and how long it stays."""

import asyncio
from contextlib import closing
from dataclasses import replace

import orjson
import pytest

from tests.jobs.scripted import Scripted
from tests.jobs.world import add_job, words, world
from unusual.analysis.control import Outputs
from unusual.errors import Conflict, JobBroke, Unavailable
from unusual.jobs import committing, filters, forecasts, notifications, retention, snapshots
from unusual.jobs.committing import Kept
from unusual.jobs.health import job_health
from unusual.jobs.lateness import Lateness
from unusual.jobs.notifications import Level, tell
from unusual.jobs.running import Running
from unusual.jobs.sessions import Session
from unusual.jobs.telling import MOVED
from unusual.jobs.upkeep import Upkeep
from unusual.schema.filters import Filter, FilterUpdate
from unusual.store.sqlite import open_store

HOUR = 3_600_000
DAY = 24 * HOUR


def messages(ports, job_id="pump", level=None):
    """What was said of a job, in order."""
    found = [orjson.loads(one.body) for one in ports.documents.scan([notifications.INDEX])]
    mine = [one for one in found if one["job_id"] == job_id and level in (None, one["level"])]
    return [one["message"] for one in mine]


def test_a_message_says_whom_it_is_about_when_and_how_much_it_matters(ports):
    tell(ports, "pump", "Job created", Level.WARNING)
    [found] = ports.documents.scan([notifications.INDEX])
    assert orjson.loads(found.body) == {
        "job_id": "pump",
        "message": "Job created",
        "level": "warning",
        "timestamp": ports.clock.now_ms(),
        "node_name": "unusual",
        "job_type": "anomaly_detector",
    }


def test_the_life_of_a_job_is_told(ports, live):
    async def scenario(running):
        add_job(ports, "pump")
        await running.open("pump", 5)
        await running.post("pump", words(b"1 2"))
        await running.close("pump")
        [first] = [one["snapshot_id"] for one in ports.snapshots.list("pump")]
        await running.update("pump", {"description": "new", "groups": ["plant"]})
        await running.update("pump", {})
        await running.open("pump", 5)
        await running.close("pump", force=True)
        await running.close("pump", force=True)
        await running.revert("pump", first, delete_intervening_results=True)
        await running.revert("pump", "empty", delete_intervening_results=False)
        snapshots.update(ports, "pump", first, description="kept", retain=True)
        snapshots.delete(ports, "pump", first)
        await running.reset("pump")
        await running.delete("pump")
        return first

    first = live(ports, scenario)
    assert messages(ports) == [
        "Job created",
        "Job opened",
        f"Model snapshot [{first}] stored",
        "Job closed",
        "Job updated: [description, groups]",
        f"Job opened, from model snapshot [{first}]",
        "Job closed by force",
        f"Job reverted to model snapshot [{first}], and results after it were removed",
        "Job reverted to model snapshot [empty]",
        f"Model snapshot [{first}] updated: description [kept], retain [True]",
        f"Model snapshot [{first}] with description [kept] deleted",
        "Job reset",
        "Job deleted",
    ]
    assert messages(ports, level="info") == messages(ports)


def test_what_was_refused_is_not_told(ports, live):
    async def scenario(running):
        add_job(ports, "pump")
        await running.open("pump", 5)
        for act in (running.reset("pump"), running.delete("pump"), running.open("pump", 5)):
            with pytest.raises(Conflict):
                await act
        with pytest.raises(Conflict):
            await running.revert("pump", "empty", delete_intervening_results=False)

    live(ports, scenario)
    assert messages(ports)[:2] == ["Job created", "Job opened"]
    assert "Job reset" not in messages(ports)


def test_a_job_that_breaks_says_why(ports, live):
    async def scenario(running):
        add_job(ports, "pump")
        await running.open("pump", 5)
        with pytest.raises(JobBroke):
            await running.post("pump", words(b"fault"))

    live(ports, scenario)
    [failure] = messages(ports, level="error")
    assert failure.startswith("Job failed: ")
    assert "an engine may break" in failure
    [health] = job_health(ports, "pump", allow_no_match=True)
    assert (health["status"], [one["issue"] for one in health["issues"]]) == ("red", ["failed"])
    assert "an engine may break" in health["issues"][0]["reason"]


def test_a_filter_tells_the_jobs_that_use_it(ports):
    rule = {"scope": {"harbour": {"filter_id": "known"}}}
    ruled = {"detectors": [{"function": "count", "by_field_name": "harbour", "custom_rules": [rule]}]}
    add_job(ports, "pump", analysis_config=ruled)
    add_job(ports, "valve")
    filters.create(ports, "known", Filter(items=["b"]))
    for change in ({"add_items": ["x", "a"]}, {"remove_items": ["b"], "add_items": ["c"]}, {"description": "d"}):
        filters.update(ports, "known", FilterUpdate(**change))
    assert messages(ports)[1:] == [
        "Filter [known] has been modified; added items: ['a', 'x']",
        "Filter [known] has been modified; added items: ['c'], removed items: ['b']",
    ]
    assert messages(ports, "valve") == ["Job created"]


def sized(status):
    size = {"memory_status": status, "model_bytes": 700 << 20, "model_bytes_memory_limit": 1 << 30}
    return Outputs(upload={}, counts={}, model_size=size, finalized_end=None)


def test_a_change_of_the_memory_status_is_told_once(ports):
    add_job(ports, "pump")
    session = Session("pump", 1)
    for status in ("ok", "soft_limit", "soft_limit", "hard_limit", "ok"):
        assert committing.commit(ports, [Kept(session, sized(status), 1.0, session.position)]) == [None]
        [health] = job_health(ports, "_all", allow_no_match=True)
        issues = [] if status == "ok" else [f"memory_{status}"]
        assert [one["issue"] for one in health["issues"]] == issues
        assert health["status"] == ("yellow" if issues else "green")
    [soft] = messages(ports, level="warning")
    assert soft.startswith("Job memory status changed to soft_limit: models take [700mb] of [1gb], ")
    [hard] = messages(ports, level="error")
    assert "what is new is left out until model_memory_limit is raised" in hard
    assert messages(ports)[-1].startswith("Job memory status changed to ok: ")


def late(ports, count, of=1000):
    job = ports.jobs.get("pump")
    counts = {"out_of_order_timestamp_count": count, "input_record_count": of}
    ports.jobs.put(replace(job, stats={"data_counts": counts}))


def test_late_data_is_told_while_it_goes_on_but_not_more_than_hourly(ports, live):
    async def scenario(running):
        add_job(ports, "pump")
        await running.open("pump", 5)
        late(ports, 5)
        lateness = Lateness()
        for hours, count, told in ((0, 5, 0), (0.1, 7, 1), (0.1, 9, 1), (0.9, 9, 2), (5, 9, 2), (-50, 12, 3)):
            ports.clock.ms += round(hours * HOUR)
            late(ports, count)
            lateness.look(ports)
            assert len(messages(ports, level="warning")) == told, (hours, count)

    live(ports, scenario)
    assert messages(ports, level="warning")[:2] == [
        f"[{more}] records came too late and were left out; what comes within the latency of [0s] is taken"
        for more in (2, 2)
    ]


def test_much_late_data_is_an_issue_of_the_job(ports):
    add_job(ports, "pump")
    for count, issues in ((0, []), (10, []), (11, ["late_data"])):
        late(ports, count)
        [health] = job_health(ports, "pump", allow_no_match=True)
        assert [one["issue"] for one in health["issues"]] == issues


def test_the_end_of_a_forecast_is_told(ports):
    add_job(ports, "pump")
    for name in ("done", "broken"):
        request = {"job_id": "pump", "timestamp": 0, "forecast_id": name, "forecast_status": "started"}
        forecasts.keep(ports, request)
    forecasts.fail_unended(ports, "the server ended")
    assert sorted(messages(ports, level="error")) == [
        "Forecast [broken] failed: the server ended",
        "Forecast [done] failed: the server ended",
    ]


def test_a_message_that_cannot_be_kept_harms_nothing(ports, caplog):
    def full(*_):
        raise Unavailable("no room")

    notifications.prepare(ports)
    ports.documents.change = full
    add_job(ports, "pump")
    assert ports.jobs.get("pump").job_id == "pump"
    assert "message not kept" in caplog.text


def test_messages_stay_for_their_days(tmp_path):
    with closing(open_store(tmp_path)) as store:
        stores = {name: getattr(store, name) for name in ("jobs", "results", "snapshots", "configs", "documents")}
        ports = replace(world(), **stores)
        add_job(ports, "pump")
        add_job(ports, "valve")
        tell(ports, "gone", "Job deleted")
        ports.clock.ms += (notifications.KEPT_DAYS - 1) * DAY
        tell(ports, "pump", "Job opened")
        for days, expression, left in ((0, "_all", 4), (1.1, "pump", 3), (0, "pump,valve", 2), (0, "_all", 1)):
            ports.clock.ms += round(days * DAY)
            assert retention.delete_expired(ports, expression, retention.Pace(HOUR))
            assert len([*ports.documents.scan([notifications.INDEX])]) == left, expression
        assert messages(ports) == ["Job opened"]


def test_a_snapshot_kept_by_itself_is_told(ports, live):
    async def scenario(running):
        add_job(ports, "pump", background_persist_interval="1h")
        await running.open("pump", 5)
        await running.post("pump", words(b"1"))
        upkeep = Upkeep(ports, running)
        await upkeep.look_after()
        ports.clock.ms += HOUR
        await upkeep.look_after()
        return [one["snapshot_id"] for one in ports.snapshots.list("pump")]

    [kept] = live(ports, scenario)[:1]
    assert f"Model snapshot [{kept}] stored" in messages(ports)


def test_jobs_that_come_back_say_so(ports):
    async def twice():
        first = Running(ports, "node-1")
        await first.resume()
        add_job(ports, "pump")
        await first.open("pump", 5)
        await first.stop()

    asyncio.run(twice())
    again = replace(ports, workers=world().workers)

    async def back():
        running = Running(again, "node-1")
        await running.resume()
        await running.resumed()
        await running.stop()

    asyncio.run(back())
    assert messages(again)[-1] == "Job opened again after a restart"


def test_a_job_that_moves_to_another_worker_says_so(live):
    workers = Scripted()
    ports = world(workers)

    async def scenario(running):
        add_job(ports, "pump")
        await running.open("pump", 5)
        await running.post("pump", words(b"1"))
        assert not messages(ports, level="warning")
        workers.script += ["dying", "dying"]
        await running.post("pump", words(b"2"))

    live(ports, scenario)
    assert messages(ports, level="warning") == [MOVED], "once, however many workers died"
