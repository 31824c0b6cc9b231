"""Blocks of values for series models, and walks over them."""

import numpy as np

from unusual.kernels.walk import BOTH, NOTHING, Block, Measure, News, Parts
from unusual.models.series import SeriesModel

SPAN = 3600


def measure(side=BOTH, grain=0.0, span=SPAN) -> Measure:
    return Measure(span, side, grain, 48.0, NOTHING, 2.0)


def nobody(values: int) -> Parts:
    """No entity contributed to any value."""
    nothing = np.zeros(0)
    edges = np.zeros(values, np.int64)
    return Parts(edges, edges, nothing, nothing, nothing, nothing, np.zeros(0))


def block(rows) -> Block:
    """rows: (bucket, series, value, samples)."""
    bucket, series, value, samples = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Block(
        np.array(bucket, np.int64),
        np.array(series, np.int64),
        np.array(value, float),
        np.array(samples, float),
        np.ones(len(rows), np.bool_),
    )


def model(size, span=SPAN) -> SeriesModel:
    fresh = SeriesModel(span)
    fresh.grow(size)
    return fresh


def walked(over: SeriesModel, rows, *, teach=True, **reading):
    """[(surprise, typical)] of the rows."""
    verdict, _ = over.walk(measure(**reading), block(rows), nobody(len(rows)), teach=teach)
    return list(zip(verdict.surprise.tolist(), verdict.typical.tolist(), strict=True))


def alone(values, first=0):
    """One series, a value per bucket."""
    return [(first + bucket, 0, float(value), 1.0) for bucket, value in enumerate(values)]


def content(of: SeriesModel) -> list[bytes]:
    return [array.tobytes() for array in of.state().values()]


def in_a_row(values, first=0) -> Block:
    """(buckets, series) values, a bucket after the other."""
    buckets, series = values.shape
    bucket = np.repeat(np.arange(first, first + buckets), series)
    size = values.size
    return Block(bucket, np.tile(np.arange(series), buckets), values.ravel(), np.ones(size), np.ones(size, np.bool_))


def side_by_side(over: SeriesModel, values, *, first=0, **reading):
    """(surprise, typical, news) of (buckets, series) values; each answer of that shape."""
    verdict, news = over.walk(measure(**reading), in_a_row(values, first), nobody(values.size), teach=True)
    told = News(*(part.reshape(*values.shape, *part.shape[1:]) for part in news))
    return verdict.surprise.reshape(values.shape), verdict.typical.reshape(values.shape), told
