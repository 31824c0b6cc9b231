"""A case from bytes to results that are durable in SQLite, once everything is loaded and compiled; prints JSON.

A program of its own, so that its memory does not count in the process that measures; started with `measure.warm`, in
which libraries have as many threads as in a worker.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from time import perf_counter, process_time
from typing import ParamSpec, TypeVar
from unittest.mock import patch

from cases import CASES, Case

from unusual.analysis.control import Document, Message, Outputs, Post, Proceed
from unusual.analysis.engine import Engine
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.models.places import PlacesModel
from unusual.models.series import SeriesModel
from unusual.schema.expressions import detector_of
from unusual.schema.jobs import Job
from unusual.store.bundle import Store
from unusual.store.sqlite import open_store
from unusual.workers.resident import look_seldom_for_garbage

P = ParamSpec("P")
R = TypeVar("R")

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


class Stopwatch:
    """How long calls of functions take in all [s]."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, function: Callable[P, R]) -> Callable[P, R]:
        """The same function, timed."""

        @wraps(function)
        def timed(*given: P.args, **named: P.kwargs) -> R:
            start = perf_counter()
            answer = function(*given, **named)
            self.seconds += perf_counter() - start
            return answer

        return timed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("key", choices=sorted(CASES))
    parser.add_argument("source", type=Path)
    asked = parser.parse_args()
    case, models = CASES[asked.key], Stopwatch()
    for kind in (SeriesModel, PlacesModel):
        patch.object(kind, "walk", models.around(kind.walk)).start()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        analyse(store, case, asked.source, "warming", WARMING)
        look_seldom_for_garbage()
        models.seconds = 0.0
        start, busy = perf_counter(), process_time()
        results = analyse(store, case, asked.source, "measured", asked.source.stat().st_size)
        took, busy = perf_counter() - start, process_time() - busy
        answer = {"seconds": took, "models": models.seconds, "busy": busy, "results": results}
        store.close()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
