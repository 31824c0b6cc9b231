"""What was sent and what became of it, as data counts; knows records and buckets only as numbers."""

import numpy as np
import polars as pl

from unusual.analysis.columns import Columns, Shape, number_column, place_name
from unusual.analysis.ndjson import Records
from unusual.kernels.arrays import Flags, Ints
from unusual.kernels.moments import follow
from unusual.schema.results import data_counts
from unusual.schema.values import Document

SPARSE = 0.2  # a bucket with less than this share of the usual records is sparse
ENOUGH = 10.0  # usual records from which on a bucket can be sparse
MEMORY = 0.05  # weight of the newest bucket in what is usual


def upload_counts(job_id: str, *, now_ms: int, size: int) -> Document:
    """Counts of an upload piece before its records are looked at. size: of the piece [bytes]."""
    return data_counts(job_id) | {"input_bytes": size, "last_data_time": now_ms, "log_time": now_ms}


def record_counts(
    records: Records, shape: Shape, columns: Columns, in_order: Flags, analysed: tuple[str, ...]
) -> Document:
    """Counts of a piece's records, those apart whose time is there but cannot be read.

    in_order  (k,) which of the records with a time were in order
    analysed  the fields whose absence is counted
    """
    height = records.frame.height
    timeless = records.frame[shape.time].null_count() if shape.time in records.frame.columns else height
    times = columns.times[in_order]
    frame = columns.frame if in_order.all() else columns.frame.filter(pl.Series(in_order))
    missing = sum(frame[_column(name, shape)].null_count() for name in analysed)
    counts = {
        "input_record_count": height + records.broken,
        "input_field_count": records.fields - (height - timeless),
        "invalid_date_count": records.broken,
        "missing_field_count": missing + timeless + records.broken,
        "out_of_order_timestamp_count": int(np.count_nonzero(~in_order)),
        "processed_record_count": int(times.size),
        "processed_field_count": int(times.size) * len(analysed) - missing,
    }
    if times.size:
        counts |= {"earliest_record_timestamp": int(times.min()), "latest_record_timestamp": int(times.max())}
    return counts


def _column(field: str, shape: Shape) -> str:
    """Where the values of an analysed field are."""
    if field in shape.texts:
        return field
    return number_column(place_name(field) if field in shape.places else field)


class Buckets:
    """Counts of final buckets, and what number of records is usual."""

    def __init__(self, usual: float = 0.0) -> None:
        """usual: decayed mean number of records per bucket that has any."""
        self.usual = usual

    def count(self, job_id: str, first: int, events: Ints, span_ms: int) -> Document:
        """Counts that final buckets first .. first + events.size - 1 add. events: (b,) records in each."""
        counts = data_counts(job_id)
        if events.size == 0:
            return counts
        empty = np.flatnonzero(events == 0)
        sparse = self._sparse(events)
        counts["bucket_count"] = int(events.size)
        counts["empty_bucket_count"] = int(empty.size)
        counts["sparse_bucket_count"] = int(sparse.size)
        counts["latest_bucket_timestamp"] = (first + int(events.size) - 1) * span_ms
        for name, found in (("empty", empty), ("sparse", sparse)):
            if found.size:
                counts[f"latest_{name}_bucket_timestamp"] = (first + int(found[-1])) * span_ms
        return counts

    def _sparse(self, events: Ints) -> Ints:
        """Positions of buckets with far fewer records than those before them, which are learnt on the way."""
        usual = np.empty(events.size)
        self.usual = follow(events, self.usual, MEMORY, usual)
        return np.flatnonzero((events > 0) & (usual >= ENOUGH) & (events < SPARSE * usual))
