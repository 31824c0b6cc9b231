"""Entries of samples for models of times and places, and what is left in such a model."""

import numpy as np

from unusual.kernels.samples import Samples

DAY = 86_400


def samples(entries) -> Samples:
    """entries: (bucket, row, values)."""
    bucket, row, values = zip(*entries, strict=True) if entries else ((), (), ())
    first = np.concatenate([[0], np.cumsum([len(one) for one in values])]).astype(np.int64)
    flat = np.array([value for one in values for value in sorted(one)], float)
    return Samples(np.array(bucket, np.int64), np.array(row, np.int64), first, flat, np.ones(len(entries), np.bool_))


def alone(times, span) -> Samples:
    """One row, the values of each bucket as its entry; times [s]."""
    buckets: dict[int, list[float]] = {}
    for time in sorted(float(int(time)) for time in times):
        buckets.setdefault(int(time) // span, []).append(time)
    return samples([(bucket, 0, values) for bucket, values in buckets.items()])


def walked(model, entries, *, teach=True):
    """[(surprise, least usual value, typical)] of the entries."""
    given = entries if isinstance(entries, Samples) else samples(entries)
    answer = model.walk(given, teach=teach)
    return list(zip(answer.surprise.tolist(), given.value[answer.least].tolist(), answer.typical.tolist(), strict=True))


def content(model) -> list[bytes]:
    return [array.tobytes() for array in model.state().values()]
