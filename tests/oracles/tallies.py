"""Slow plain twins of the tally kernels: rows as tuples, entries as dictionaries."""

from statistics import median


def entries(rows):
    """{(bucket, series): [(value, weight)]} in order of first appearance. rows: (bucket, series, value, weight)."""
    found = {}
    for bucket, series, value, weight in rows:
        if series >= 0:
            found.setdefault((bucket, series), []).append((value, weight))
    return found


def folded(samples):
    """(n, sum, low, high, mean, variance) of one entry's (value, weight)."""
    n = sum(weight for _, weight in samples)
    total = sum(value * weight for value, weight in samples)
    mean = total / n
    values = [value for value, _ in samples]
    variance = sum(weight * (value - mean) ** 2 for value, weight in samples) / n
    return n, total, min(values), max(values), mean, variance


def parts(rows, values):
    """{((bucket, series), field value): [(value, weight), ...]} in order of first appearance."""
    found = {}
    for (bucket, series, value, weight), field in zip(rows, values, strict=True):
        if series >= 0 and field >= 0:
            found.setdefault(((bucket, series), field), []).append((value, weight))
    return found


def medians(rows):
    """{(bucket, series): median of its values}."""
    return {key: median(value for value, _ in samples) for key, samples in entries(rows).items()}


def spread(keys, first, buckets, alive):
    """[(bucket, series, whether it has an entry)] for every series from its first bucket on."""
    living = set(alive)
    laid = []
    for bucket in range(first, first + buckets):
        here = {series for at, series in keys if at == bucket}
        living |= here
        laid += [(bucket, series, series in here) for series in sorted(living)]
    return laid
