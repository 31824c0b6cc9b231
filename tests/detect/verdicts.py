"""Judged values for tests of what becomes of them; knows no model."""

import numpy as np

from unusual.detect.features import Blame, Judged


def judged(rows, *, rarity=None) -> Judged:
    """rows: (bucket, series, surprise), sorted by bucket; rarity: of each, None where the model does not tell."""
    bucket, series, surprise = zip(*rows, strict=True) if rows else ((), (), ())
    none = np.zeros(0, np.int64)
    return Judged(
        np.array(bucket, np.int64),
        np.array(series, np.int64),
        np.zeros(len(rows)),
        np.zeros(len(rows)),
        np.array(surprise, float),
        Blame(none, none.astype(np.int32), none.astype(np.int32), np.zeros(0)),
        rarity=None if rarity is None else np.array(rarity, float),
    )
