"""Jobs, engines and posted texts for tests of the analysis; knows no expected result."""

import json
import random

from unusual.analysis.control import OF_BUCKETS, Message, Post, Proceed
from unusual.analysis.engine import Engine
from unusual.schema.jobs import Job

SPAN = 300
T = 1_600_000_200 // SPAN * SPAN  # an aligned time [s]


def job(*detectors, bucket_span="5m", time_format="epoch", analysis=None, **settings) -> Job:
    """A job; a detector may be given as the name of its function."""
    listed = [{"function": one} if isinstance(one, str) else one for one in detectors or ("count",)]
    body = {
        "analysis_config": {"bucket_span": bucket_span, "detectors": listed, **(analysis or {})},
        "data_description": {"time_field": "time", "time_format": time_format},
        **settings,
    }
    return Job.from_request(body, job_id="tested", now_ms=0, version="1")


def engine(*detectors, **settings) -> Engine:
    return Engine(job(*detectors, **settings))


def text(records) -> bytes:
    """Records as NDJSON."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def post(running, records, **options):
    """Post records, given as dictionaries or as bytes."""
    return running.handle(Post(records if isinstance(records, bytes) else text(records), now_ms=0, **options))


def documents(results, kind=None):
    """Result documents of one kind."""
    return [json.loads(result.body) for result in results if kind is None or result.kind == kind]


def counts_by_start(results):
    """(start relative to T, event count, is_interim) of every bucket."""
    found = documents(results, "bucket")
    return [(one["timestamp"] // 1000 - T, one["event_count"], one["is_interim"]) for one in found]


def stream(seed, *, buckets=60, rate=6, late=0, start=T):
    """Records of many kinds, in time order unless `late` [s]: several hosts, users, a number, gaps, nulls, a burst."""
    chance, places, talk = random.Random(seed), random.Random(-seed - 1), random.Random(seed + 0.5)
    records = []
    for bucket in range(buckets):
        if chance.random() < 0.1:
            continue
        burst = 5 if bucket % 23 == 20 else 1
        for _ in range(chance.randint(1, rate) * burst):
            at = start + bucket * SPAN + chance.randrange(SPAN) - chance.randrange(late + 1)
            record = {"time": at, "host": f"h{chance.randrange(4)}", "user": chance.choice(["a", "b", "c", None])}
            if chance.random() < 0.9:
                record["value"] = round(chance.gauss(50, 5) * burst, 3)
            if chance.random() < 0.9:
                record["n"] = chance.randrange(5)
            if chance.random() < 0.1:
                del record["host"]
            if places.random() < 0.9:
                record["place"] = f"{places.gauss(50, 1) * burst % 90},{places.choice([3, 13, 'x'])}"
            if talk.random() < 0.9:
                name = talk.choice(["ann", "bob", "cyd", "dee", "eve", "fay", "gus"])
                line = talk.choice([f"{name} went {burst} miles by train", f"train {burst} left", f"hello {name}"])
                record["line"] = line if record["user"] == "a" else "always the same"
            records.append(record)
    return records if late else sorted(records, key=lambda record: record["time"])


class Reader:
    """The final results of a running job as a store keeps them, whatever became of them.

    results  by kind, time and entity, without rescorings
    told     the answers of the last message
    """

    def __init__(self, running: Engine) -> None:
        self.running = running
        self.results = {}
        self.told = []

    def tell(self, message: Message):
        self.told = [self.running.handle(message)]
        while self.told[-1].unfinished:
            self.told.append(self.running.handle(Proceed()))
        for one in self.told:
            start, end = one.reopened or (0, 0)
            self.results = {
                key: result
                for key, result in self.results.items()
                if key[0] not in OF_BUCKETS or not start * 1000 <= key[1] < end * 1000
            }
            final = (result for result in one.results if not result.is_interim)
            self.results |= {(result.kind, result.timestamp, result.entity): result for result in final}
        return self.told[-1]

    def post(self, records):
        return self.tell(Post(records if isinstance(records, bytes) else text(records), now_ms=0))

    def documents(self, kind):
        """Result documents of one kind, by time."""
        return documents([self.results[key] for key in sorted(self.results)], kind)
