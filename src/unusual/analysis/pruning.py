"""Which series a job forgets when it is looked who has not been seen for long; knows sizes and times, no model.

Series not seen for the whole `model_prune_window` go; for half of it where memory is tight; and where there is no room
for as much as came since the look before, those seen longest ago make some, though not those seen since then.
"""

import numpy as np

from unusual.analysis.detection import Detection
from unusual.analysis.entities import Entities, Staying
from unusual.analysis.plan import Plan

ROOMY = 0.7  # share of the memory limit that is taken once room is made


def prune(detection: Detection, plan: Plan, bucket: int) -> list[Staying]:
    """Forget who had not been seen for long when a bucket began; who stayed, each time some had to go.

    Every bucket before must be over, nothing of that bucket or a later one.
    """
    entities = detection.entities
    short = entities.refusals.full or 2 * entities.taken - entities.looked > plan.room
    detection.settle()
    staying = [detection.forget_unseen(bucket - (max(1, plan.unseen // 2) if entities.tight else plan.unseen))]
    lacking = entities.taken - ROOMY * plan.room
    if short and lacking > 0.0:
        staying.append(detection.forget_unseen(min(_oldest_but(entities, lacking), bucket - min(plan.looks))))
    detection.settle()
    entities.looked = entities.taken
    return [chosen for chosen in staying if chosen is not None]


def _oldest_but(entities: Entities, lacking: float) -> int:
    """The bucket since which all series were seen but those seen longest ago, which take so much memory [bytes].

    Values of fields are taken to be spread over the series as evenly as memory is.
    """
    seen = np.concatenate([split.seen for split in entities.splits])
    each = np.repeat(entities.prices.series, [split.size for split in entities.splits])
    order = np.argsort(seen, kind="stable")
    gone = int(np.searchsorted(np.cumsum(each[order]), lacking / entities.taken * each.sum()))
    return int(seen[order[gone]]) + 1 if gone < seen.size else np.iinfo(np.int64).max
