"""Jobs in a bad place: nothing can be written, the journal is damaged, the clock goes back. Nothing taken is lost."""

import asyncio
import json
from dataclasses import replace

import pytest

from tests.jobs.world import Adder, add_job, words, world
from unusual.analysis.control import Flush
from unusual.analysis.engine import Engine
from unusual.errors import TimedOut, Unwritable
from unusual.jobs import desk, opening, persisting
from unusual.jobs.lifecycle import State
from unusual.jobs.running import Running
from unusual.workers.inline import Inline


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(desk, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr("unusual.jobs.closing.AGAIN_AFTER_S", 0.01)


@pytest.fixture
def ports():
    made = world()
    add_job(made, "pump")
    return made


def counted(ports) -> int:
    return ports.jobs.get("pump").stats["data_counts"]["processed_record_count"]


def found(ports) -> list[int]:
    return [result.timestamp for result in ports.results.kept["pump"]]


def test_results_that_cannot_be_stored_now_are_stored_when_they_can(ports, live):
    async def scenario(running):
        await running.open("pump", 5)
        ports.results.full = True
        with pytest.raises(TimedOut, match="has taken it, and goes on when it can: disk full"):
            await running.post("pump", words(b"1 2"))
        for refused in (running.post("pump", words(b"3")), running.flush("pump", Flush())):
            with pytest.raises(Unwritable, match="takes nothing now: disk full"):
                await refused
        assert ports.jobs.get("pump").state is State.OPENED
        ports.results.full = False
        closing = asyncio.create_task(running.close("pump", timeout_s=5))
        await closing
        assert (counted(ports), found(ports)) == (2, [1, 2])
        await running.open("pump", 5)
        await running.post("pump", words(b"3"))
        assert (counted(ports), found(ports)) == (3, [1, 2, 3])

    live(ports, scenario, patience_s=0.05)


def test_what_cannot_be_journaled_is_not_taken(ports, live):
    async def scenario(running):
        await running.open("pump", 5)
        await running.post("pump", words(b"1"))
        ports.journals.broken = True
        for _ in range(2):
            with pytest.raises(Unwritable):
                await running.post("pump", words(b"2"))
        assert await running.flush("pump", Flush()) == {"flushed": True, "last_finalized_bucket_end": 1000}
        assert (counted(ports), found(ports)) == (1, [1])
        ports.journals.broken = False
        assert (await running.post("pump", words(b"2")))["processed_record_count"] == 1
        assert (counted(ports), found(ports)) == (2, [1, 2])

    live(ports, scenario)


def test_an_upload_whose_end_cannot_be_journaled_is_ended_before_the_next_one(ports, live):
    async def failing():
        yield b"1"
        yield b"2"
        ports.journals.broken = True
        yield b"3"

    async def scenario(running):
        await running.open("pump", 5)
        with pytest.raises(Unwritable):
            await running.post("pump", failing())
        ports.journals.broken = False
        assert (await running.post("pump", words(b"4")))["processed_record_count"] == 1
        assert found(ports)[-1] == 4

    live(ports, scenario)


def test_a_job_that_cannot_be_opened_for_want_of_room_is_closed(ports, live):
    async def scenario(running):
        ports.journals.broken = True
        with pytest.raises(Unwritable):
            await running.open("pump", 5)
        assert ports.jobs.get("pump").state is State.CLOSED
        ports.journals.broken = False
        await running.open("pump", 5)

    live(ports, scenario)


def test_a_disk_that_is_full_when_the_server_starts_closes_no_job(ports, monkeypatch):
    monkeypatch.setattr(opening, "AGAIN_AFTER_S", 0.01)

    async def before():
        running = Running(ports, "node-1")
        await running.resume()
        await running.open("pump", 5)

    async def after():
        running = Running(ports, "node-1")
        await running.resume()
        await asyncio.sleep(0.05)
        assert ports.jobs.get("pump").state is State.OPENING
        ports.journals.broken = False
        await running.resumed()
        assert ports.jobs.get("pump").state is State.OPENED
        await running.post("pump", words(b"1"))
        await running.stop()

    asyncio.run(before())
    ports.journals.broken = True
    asyncio.run(after())


def test_a_damaged_journal_fails_the_job_and_says_what_is_gone(ports, live):
    async def before():
        running = Running(ports, "node-1")
        await running.resume()
        await running.open("pump", 5)
        await running.post("pump", words(b"1 2"))
        await running.close("pump")
        await running.open("pump", 5)
        await running.post("pump", words(b"3 4"))

    async def scenario(running):
        await running.resumed()
        job = ports.jobs.get("pump")
        assert job.state is State.FAILED
        assert "entries [1 to 2], with the records [1 to 4] that the job was sent, cannot be read" in job.reason
        ports.journals.damaged = False
        await running.close("pump", force=True)
        await running.open("pump", 5)
        assert ports.jobs.get("pump").reason == ""
        await running.post("pump", words(b"5"))
        assert counted(ports) == 5, "what was counted stays so"
        await running.close("pump")
        assert [*ports.snapshots.kept.values()][-1].state == b"[1, 2, 5]", "it goes on from its snapshot"

    asyncio.run(before())
    ports.journals.damaged = True
    live(replace(ports, workers=Inline(Adder)), scenario)


def test_a_long_journal_begins_anew_after_a_snapshot(ports, live, monkeypatch):
    monkeypatch.setattr(persisting, "LONGEST_JOURNAL", 100)

    async def scenario(running):
        await running.open("pump", 5)
        for number in range(20):
            await running.post("pump", words(str(number).encode()))
        await running.flush("pump", Flush())
        assert ports.snapshots.list("pump")
        assert ports.journals.size("pump") < 200
        return ports.jobs.get("pump").position

    position = live(ports, scenario)
    assert position.entry == 20
    assert position.covered > 0


DELIMITED = {"format": "delimited", "time_field": "stamp", "time_format": "epoch"}
OBJECTS = [b'{"stamp": %d, "note": "}{",\n "value": {\n"of": 1}\n}' % (60 * number) for number in range(500)]
UPLOADS = {
    "objects in lines": ({}, b"\n".join(OBJECTS)),
    "an array": ({}, b"[" + b", ".join(OBJECTS) + b"]"),
    "an array, to a job of delimited text": ({"data_description": DELIMITED}, b"[" + b",\n".join(OBJECTS) + b"]"),
    "delimited text": (
        {"data_description": DELIMITED},
        b'\n\nstamp,"the\n""note"""\n' + b"".join(b'%d,"}\n{"\nlater,1\n' % (60 * number) for number in range(500)),
    ),
}


@pytest.mark.parametrize("kind", UPLOADS)
def test_the_journal_stays_short_in_the_middle_of_an_upload_which_comes_out_the_same(kind, live, monkeypatch):
    settings, text = UPLOADS[kind]
    pieces = [text[start : start + 97] for start in range(0, len(text), 97)]
    sizes = []

    async def watched(journals):
        for piece in pieces:
            sizes.append(journals.size("pump"))
            yield piece

    def whole(ports):
        async def scenario(running):
            await running.open("pump", 5)
            return await running.post("pump", watched(ports.journals))

        counts = live(ports, scenario)
        results = [json.loads(result.body) for result in ports.results.kept["pump"]]
        return counts, [result | {"processing_time_ms": 0} for result in results]

    def fresh():
        made = world(Inline(Engine))
        add_job(made, "pump", **settings)
        return made

    undisturbed = whole(fresh())
    longest = max(sizes)
    sizes.clear()
    monkeypatch.setattr(persisting, "LONGEST_JOURNAL", 2_000)
    ports = fresh()
    assert whole(ports) == undisturbed
    assert undisturbed[0]["processed_record_count"] == 500
    assert undisturbed[0]["input_bytes"] == len(text)
    assert max(sizes) < 3_500 < longest
    assert len(ports.snapshots.list("pump")) > 2


def test_a_clock_that_goes_back_changes_no_order(ports, live):
    async def scenario(running):
        for number in (1, 2, 3):
            await running.open("pump", 5)
            await running.post("pump", words(str(number).encode()))
            await running.close("pump")
            ports.clock.ms -= 86_400_000
        await running.open("pump", 5)
        await running.post("pump", words(b"4"))

    live(ports, scenario)
    assert (counted(ports), found(ports)) == (4, [1, 2, 3, 4])
    active = ports.jobs.get("pump").config["model_snapshot_id"]
    assert ports.snapshots.load("pump", active).state == b"[1, 2, 3, 4]"
    assert len(ports.snapshots.kept) == 4
