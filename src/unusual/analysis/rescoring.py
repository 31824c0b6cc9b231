"""The scores of kept results brought up to what became known later; knows documents, not how scores come about.

Needs no kernels: a server, which stores results and computes none, is not to load the compiler.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from unusual.analysis.control import OF_BUCKETS, Document, Rescoring, Result, Seconds
from unusual.detect.precision import DIGITS

BUCKET_TIME = "bucket_time"  # stands for the bucket as a whole among the influencers of a bucket

# Under which name a document of a kind shows its current score; the score as first given is `initial_<name>`.
SCORES = {"bucket": "anomaly_score", "record": "record_score", "influencer": "influencer_score"}


def touched(rescoring: Rescoring) -> tuple[str, ...]:
    """The kinds of results with scores of this kind in them: buckets also show those of their influencers."""
    return ("influencer", "bucket") if rescoring.kind == "influencer" else (rescoring.kind,)


class _Line(NamedTuple):
    """What surprises deserve: on the line between the points beside them."""

    surprises: NDArray[np.float64]
    scores: NDArray[np.float64]

    def at(self, surprises: Sequence[float | None]) -> list[float]:
        wanted = np.array(surprises, np.float64)
        scores: list[float] = np.interp(wanted, self.surprises, self.scores).round(DIGITS).tolist()
        return scores


def rescored(results: Sequence[Result], rescoring: Rescoring) -> Iterator[tuple[int, Result]]:
    """Those of some results that get other scores, each with its place among them.

    What was no anomaly when it was first scored does not become one.

    results  of a touched kind, within the time, with a surprise
    """
    line = _Line(np.array(rescoring.surprises), np.array(rescoring.scores))
    scores = line.at([result.surprise for result in results])
    for at, (result, score) in enumerate(zip(results, scores, strict=True)):
        own, name = result.kind == rescoring.kind, SCORES[result.kind]
        if own and score == result.score:
            continue
        document = orjson.loads(result.body)
        if own and document[f"initial_{name}"] > 0.0:
            document[name] = score
        whole = rescoring.kind == "bucket"
        parts = [one for one in _influencers(document) if (one["influencer_field_name"] == BUCKET_TIME) == whole]
        current = [score] * len(parts) if whole else line.at([part["raw_anomaly_score"] for part in parts])
        for part, deserved in zip(parts, current, strict=True):
            part["anomaly_score"] = deserved
        body = orjson.dumps(document)
        if body != result.body:
            yield at, result._replace(score=document[name], body=body)


def _influencers(document: Document) -> list[Document]:
    """The influencers in a bucket that were anomalous when they were first scored."""
    return [one for one in document.get("bucket_influencers", ()) if one["initial_anomaly_score"] > 0.0]


class Kept:
    """Final results of a job in memory, in the order they came, with their current scores.

    results  to be read only
    """

    def __init__(self) -> None:
        self.results: list[Result] = []
        self._scored: list[int] = []  # places of the results whose scores may change, in order of time

    def add(
        self,
        results: Iterable[Result],
        rescorings: Iterable[Rescoring],
        reopened: tuple[Seconds, Seconds] | None = None,
    ) -> None:
        """Let go of those of buckets that were reopened, keep results, then apply rescorings to all."""
        if reopened is not None:
            self._drop(*reopened)
        start = len(self.results)
        self.results += results
        self._scored += [at for at, result in enumerate(self.results[start:], start) if result.surprise is not None]
        if reopened is not None:
            self._scored.sort(key=self._time)
        for rescoring in rescorings:
            first = bisect_left(self._scored, rescoring.start_ms, key=self._time)
            until = bisect_left(self._scored, rescoring.end_ms, key=self._time)
            kinds = touched(rescoring)
            places = [at for at in self._scored[first:until] if self.results[at].kind in kinds]
            for number, result in rescored([self.results[at] for at in places], rescoring):
                self.results[places[number]] = result

    def _drop(self, start: Seconds, end: Seconds) -> None:
        self.results = [
            result
            for result in self.results
            if result.kind not in OF_BUCKETS or not start * 1000 <= result.timestamp < end * 1000
        ]
        self._scored = [at for at, result in enumerate(self.results) if result.surprise is not None]

    def _time(self, at: int) -> int:
        return self.results[at].timestamp
