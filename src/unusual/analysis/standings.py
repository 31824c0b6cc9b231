"""What judged values mean in their job: which deserve a record, how unusual each bucket is, and the scores of both.

Knows verdicts, whatever model gave them; knows nothing of fields or documents.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from unusual.detect.features import Judged
from unusual.detect.recurrence import Recurrence
from unusual.detect.scores import Scores
from unusual.kernels.arrays import Floats, Ints
from unusual.kernels.ranking import LEAST


@dataclass(frozen=True)
class Finding:
    """One reported value of one detector.

    feature   which reading of the detector
    row       where it is in that feature's `Judged`
    surprise  -log10 of its own probability
    rarity    -log10 of how often as much happens, in view of the past and of how many values there are (Bonferroni)
    """

    bucket: int
    detector: int
    feature: int
    row: int
    surprise: float
    rarity: float
    score: float


@dataclass(frozen=True)
class Whole:
    """Buckets as a whole, (b,) each.

    surprise  -log10 of the probability of all values together
    rarity    -log10 of how often as much happens
    score     0..100
    """

    surprise: Floats
    rarity: Floats
    score: Floats


def unranked(buckets: int) -> Whole:
    """So many buckets in which nothing counts."""
    return Whole(*(np.zeros(buckets) for _ in range(3)))


class Standings:
    """The past that one job's results are held against."""

    def __init__(self, span: int, features: list[int], rescored_days: int | None) -> None:
        """span: length of a bucket [s]; features: how many each detector has; rescored_days: as of `Scores`."""
        self.scores = Scores(span, rescored_days)
        self._features = [[Recurrence(span) for _ in range(count)] for count in features]
        self._whole = Recurrence(span)

    def conclude(self, judged: list[list[Judged]], edges: Ints, *, teach: bool) -> tuple[Whole, list[Finding]]:
        """Buckets as a whole, and the values worth a record, sorted by bucket, detector.

        judged  per detector, per feature
        edges   (b+1,) numbers of the buckets, and of the one after
        """
        rarities = [
            [past.rarity(one, edges, teach=teach) for past, one in zip(pasts, features, strict=True)]
            for pasts, features in zip(self._features, judged, strict=True)
        ]
        every = [one for features in judged for one in features]
        order, first = _by_bucket(every, edges)
        surprise = np.concatenate([one.surprise for one in every])[order]
        rarity = np.concatenate([each for features in rarities for each in features])[order]
        crowd = np.maximum(np.diff(first), 1)
        together = self.scores.join(surprise, first, teach=teach)
        left = self._whole.left(together, np.arange(edges.size), teach=teach)
        most = np.zeros(crowd.size)
        np.maximum.at(most, np.repeat(np.arange(crowd.size), np.diff(first)), rarity)
        whole = np.where(crowd > 1, np.maximum(left, most - np.log10(crowd)), most)
        score = self.scores.rank("bucket", whole, np.arange(edges.size), start=int(edges[0]), teach=teach)
        return Whole(together, whole, score), self._findings(judged, rarities, edges, crowd, teach=teach)

    def _findings(
        self, judged: list[list[Judged]], rarities: list[list[Floats]], edges: Ints, crowd: Ints, *, teach: bool
    ) -> list[Finding]:
        """The values worth a record. crowd: (b,) how many values were judged in each bucket."""
        columns = []
        for detector, (features, rare) in enumerate(zip(judged, rarities, strict=True)):
            rows = [np.flatnonzero(one > LEAST) for one in rare]
            index = np.concatenate(rows)
            feature = np.repeat(np.arange(len(rows)), [len(r) for r in rows])
            picked = [
                (one.bucket[r], one.series[r], one.surprise[r], each[r])
                for one, each, r in zip(features, rare, rows, strict=True)
            ]
            bucket, series, surprise, rarity = (np.concatenate(column) for column in zip(*picked, strict=True))
            order = np.lexsort((-surprise, -rarity, series, bucket))
            same = (np.diff(bucket[order]) == 0) & (np.diff(series[order]) == 0)
            order = order[np.concatenate([[True], ~same])] if order.size else order
            number = np.full(order.size, detector)
            columns.append((bucket[order], number, feature[order], index[order], surprise[order], rarity[order]))
        table = [np.concatenate(column) for column in zip(*columns, strict=True)]
        order = np.argsort(table[0], kind="stable")
        bucket, number, feature, row, surprise, rarity = (column[order] for column in table)
        rarity = rarity - np.log10(crowd[bucket - edges[0]])
        starts = np.searchsorted(bucket, edges)
        score = self.scores.rank("record", rarity, starts, start=int(edges[0]), teach=teach)
        kept = score > 0.0
        told = (column[kept].tolist() for column in (bucket, number, feature, row, surprise, rarity, score))
        return [Finding(*values) for values in zip(*told, strict=True)]

    def quantiles(self) -> str:
        """The past that scores are relative to, as JSON: for each kind, how often there was what surprise."""
        past = self.scores.state()["past"]
        return orjson.dumps(past, option=orjson.OPT_SERIALIZE_NUMPY).decode()

    def state(self) -> dict[str, Any]:
        """Everything that counts."""
        features = [[past.state() for past in pasts] for pasts in self._features]
        return {"scores": self.scores.state(), "features": features, "whole": self._whole.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self.scores.restore(state["scores"])
        self._whole.restore(state["whole"])
        for pasts, parts in zip(self._features, state["features"], strict=True):
            for past, part in zip(pasts, parts, strict=True):
                past.restore(part)


def _by_bucket(judged: list[Judged], edges: Ints) -> tuple[Ints | slice, Ints]:
    """The order of the values of several features that sorts them by bucket, and where each bucket begins then."""
    if len(judged) == 1:
        return slice(None), np.searchsorted(judged[0].bucket, edges)
    bucket = np.concatenate([one.bucket for one in judged])
    order = np.argsort(bucket, kind="stable")
    return order, np.searchsorted(bucket[order], edges)
