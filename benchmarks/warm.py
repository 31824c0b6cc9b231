"""A case from bytes to results that are durable in SQLite, once everything is loaded and compiled; prints JSON.

A program of its own, so that its memory does not count in the process that measures.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, process_time

from cases import CASES, Case

from unusual.analysis.control import Document, Message, Outputs, Post, Proceed
from unusual.analysis.engine import Engine
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.schema.expressions import detector_of
from unusual.schema.jobs import Job
from unusual.store.bundle import Store
from unusual.store.sqlite import open_store

PIECE = 16 << 20  # bytes a post
WARMING = 1 << 20  # bytes that another job of the kind is given first


def job_of(case: Case) -> Document:
    """The configuration of the job."""
    return {
        "analysis_config": {
            "bucket_span": f"{case.span}s",
            "detectors": [detector_of(case.detector)],
            "influencers": list(case.influencers),
        },
        "data_description": {"time_format": "epoch"},
    }


def pieces(source: Path, most: int) -> Iterator[bytes]:
    """The file in posts, `most` bytes of it in all."""
    with source.open("rb") as file:
        while most > 0 and (piece := file.read(min(PIECE, most))):
            most -= len(piece)
            yield piece


def analyse(store: Store, case: Case, source: Path, job_id: str, most: int) -> int:
    """Post the file to a new job, keeping what comes of it; how many result rows that were."""
    job = Job.from_request(job_of(case), job_id=job_id, now_ms=0, version="1")
    stored = StoredJob(job.document(), State.OPENED)
    store.jobs.add(stored)
    engine, results = Engine(job), 0

    def tell(message: Message) -> Outputs:
        outputs = engine.handle(message)
        store.results.commit([(stored, outputs)])
        return outputs

    for piece in pieces(source, most):
        outputs = tell(Post(piece, now_ms=0, last=False))
        results += len(outputs.results)
        while outputs.unfinished:
            outputs = tell(Proceed())
            results += len(outputs.results)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("key", choices=sorted(CASES))
    parser.add_argument("source", type=Path)
    asked = parser.parse_args()
    case = CASES[asked.key]
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        analyse(store, case, asked.source, "warming", WARMING)
        start, busy = perf_counter(), process_time()
        results = analyse(store, case, asked.source, "measured", asked.source.stat().st_size)
        answer = {"seconds": perf_counter() - start, "busy": process_time() - busy, "results": results}
        store.close()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
