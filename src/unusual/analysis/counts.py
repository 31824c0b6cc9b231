"""What was sent and what became of it, as data counts; knows records and buckets only as numbers."""

import numpy as np

from unusual.kernels.compiled import Ints
from unusual.kernels.moments import follow
from unusual.schema.results import data_counts
from unusual.schema.values import Document

SPARSE = 0.2  # a bucket with less than this share of the usual records is sparse
ENOUGH = 10.0  # usual records from which on a bucket can be sparse
MEMORY = 0.05  # weight of the newest bucket in what is usual


def upload_counts(job_id: str, *, now_ms: int, size: int) -> Document:
    """Counts of an upload piece before its records are looked at. size: of the piece [bytes]."""
    return data_counts(job_id) | {"input_bytes": size, "last_data_time": now_ms, "log_time": now_ms}


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
