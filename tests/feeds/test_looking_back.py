"""A datafeed over any source: its job finds what it finds in posted documents, whatever happens on the way."""

import asyncio
import json
from dataclasses import replace

import orjson

from tests.feeds.given import BEGIN, DAY, JOB, documents
from tests.jobs import serving_feeds
from tests.jobs.serving_feeds import until
from tests.jobs.world import world
from unusual.analysis.control import Flush, Post
from unusual.analysis.engine import Engine
from unusual.app import WallClock
from unusual.feeds.choosing import Choosing
from unusual.jobs import configure, datafeeds, notifications, pulling
from unusual.jobs.entries import encode
from unusual.jobs.journals import Entry
from unusual.jobs.lifecycle import State
from unusual.jobs.running import Running
from unusual.workers.inline import Inline

WINDOW = (BEGIN - DAY, BEGIN + 100 * DAY)


def live(ports, peer, scenario):
    """Let something happen while a server runs."""
    return serving_feeds.live(ports, Choosing(peer.connections), scenario)


def watched(peer):
    """A world with a job and its datafeed."""
    ports = replace(world(Inline(Engine)), clock=WallClock())
    configure.create(ports, "watch", JOB)
    datafeeds.create(ports, "feed", {"job_id": "watch", **peer.asked})
    return ports


def found(ports) -> list[tuple]:
    """Every result, but for how long it took."""
    kept = (one for one in ports.results.kept["watch"] if one.kind in {"bucket", "record", "influencer"})
    told = ((one, {**orjson.loads(one.body), "processing_time_ms": 0}) for one in kept)
    return sorted((one.kind, one.timestamp, one.entity, orjson.dumps(body)) for one, body in told)


def posted(given) -> list[tuple]:
    """What a job finds in documents that are posted."""
    ports = replace(world(Inline(Engine)), clock=WallClock())
    configure.create(ports, "watch", JOB)

    async def whole():
        running = Running(ports, "node-1")
        await running.resume()
        await running.resumed()
        await running.open("watch", 30)
        await running.post("watch", pieces(b"".join(orjson.dumps(one) + b"\n" for one in given)))
        await running.flush("watch", Flush(calc_interim=True))
        await running.close("watch")
        await running.stop()

    asyncio.run(whole())
    return found(ports)


async def pieces(data: bytes):
    """An upload in one piece."""
    yield data


def state(ports) -> State:
    return ports.jobs.get("watch").state


def told(ports) -> str:
    """All that was said of the job."""
    return "\n".join(json.loads(one.body)["message"] for one in ports.documents.scan([notifications.INDEX]))


def seen(ports) -> int:
    return ports.jobs.get("watch").records


def test_a_look_back_finds_what_posting_finds(peer) -> None:
    given = documents(400)
    peer.fill(given)
    ports = watched(peer)

    async def scenario(running, feeding):
        await running.open("watch", 30)
        await feeding.start("feed", WINDOW)
        await until(lambda: state(ports) is State.CLOSED)

    live(ports, peer, scenario)
    assert seen(ports) == 400
    assert found(ports) == posted(given)


def test_a_feed_that_is_cut_short_goes_on_with_the_next_server(peer) -> None:
    given = documents(400)
    cut = next(place for place in range(250, 400) if given[place - 1]["at"] < given[place]["at"])
    peer.fill(given[:cut])
    ports = watched(peer)

    async def begun(running, feeding):
        await running.open("watch", 30)
        await feeding.start("feed", (WINDOW[0], None))
        await until(lambda: seen(ports) == cut)

    async def gone_on(_, feeding):
        await until(lambda: seen(ports) == 400)
        await feeding.stop("feed", force=False, timeout_s=20, allow_no_match=True, close_job=False)

    live(ports, peer, begun)
    peer.fill(given[cut:])
    live(replace(ports, workers=Inline(Engine)), peer, gone_on)
    counts = ports.jobs.get("watch").stats["data_counts"]
    assert counts["out_of_order_timestamp_count"] == 0
    assert counts["processed_record_count"] == 400


def test_where_a_source_goes_on_is_kept_with_what_came_of_its_records() -> None:
    ports = replace(world(Inline(Engine)), clock=WallClock())
    configure.create(ports, "watch", JOB)
    lines = [orjson.dumps(one) + b"\n" for one in documents(10)]

    async def taken():
        running = Running(ports, "node-1")
        await running.resume()
        await running.resumed()
        await running.open("watch", 30)
        await running.post("watch", pieces(lines[0]), mark={"offsets": {"0": 1}})
        await running.flush("watch", Flush())
        assert ports.jobs.get("watch").position.mark == {"offsets": {"0": 1}}
        # The server ends between the journal and the store.
        entry = ports.jobs.get("watch").position.entry + 1
        ports.journals.append("watch", Entry(entry, encode(Post(lines[1], 0, mark={"offsets": {"0": 2}}))), 1)

    async def again():
        running = Running(replace(ports, workers=Inline(Engine)), "node-1")
        await running.resume()
        await running.resumed()
        assert ports.jobs.get("watch").position.mark == {"offsets": {"0": 2}}
        assert seen(ports) == 2
        await running.close("watch")
        assert ports.jobs.get("watch").position.mark == {"offsets": {"0": 2}}
        await running.stop()

    asyncio.run(taken())
    asyncio.run(again())


def test_a_source_that_cannot_be_read_is_told_of_once_and_waited_for(make_peer, monkeypatch) -> None:
    monkeypatch.setattr(pulling, "PAUSE_S", 0.01)
    peer = make_peer("prometheus")
    peer.fill(documents(50))
    ports = watched(peer)

    async def scenario(running, feeding):
        await running.open("watch", 30)
        peer.metrics.broken_ranges = 3
        await feeding.start("feed", WINDOW)
        await until(lambda: state(ports) is State.CLOSED)

    live(ports, peer, scenario)
    assert seen(ports) == 50
    assert told(ports).count("Datafeed cannot read its data: ") == 1
    assert told(ports).count("Datafeed reads its data again") == 1
