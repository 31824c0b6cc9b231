"""Which series a job forgets when it is looked who has not been seen for long; knows sizes and times, no model.

Series not seen for the whole `model_prune_window` go; for half of it where memory is tight; and where there is hardly
room for new ones, those seen longest ago make some, though not those seen since the look before.
"""

import numpy as np

from unusual.analysis.detection import Detection
from unusual.analysis.entities import Entities
from unusual.analysis.plan import Plan

SHORT, ROOMY = 0.9, 0.7  # shares of the memory limit: from which on room is made, and what is taken then


def prune(detection: Detection, plan: Plan, bucket: int) -> None:
    """Forget who had not been seen for long when a bucket began.

    Every bucket before must be over, nothing of that bucket or a later one.
    """
    entities = detection.entities
    short = entities.refusals.full or entities.taken > SHORT * plan.memory_limit
    detection.settle()
    detection.forget_unseen(bucket - (max(1, plan.unseen // 2) if entities.tight else plan.unseen))
    lacking = entities.taken - ROOMY * plan.memory_limit
    if short and lacking > 0.0:
        detection.forget_unseen(min(_oldest_but(entities, lacking), bucket - min(plan.looks)))
    detection.settle()


def _oldest_but(entities: Entities, lacking: float) -> int:
    """The bucket since which all series were seen but those seen longest ago, which take so much memory [bytes].

    Values of fields are taken to be spread over the series as evenly as memory is.
    """
    seen = np.concatenate([split.seen for split in entities.splits])
    each = np.repeat(entities.prices.series, [split.size for split in entities.splits])
    order = np.argsort(seen, kind="stable")
    gone = int(np.searchsorted(np.cumsum(each[order]), lacking / entities.taken * each.sum()))
    return int(seen[order[gone]]) + 1 if gone < seen.size else np.iinfo(np.int64).max
