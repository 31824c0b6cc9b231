"""The columns of the table of datafeeds: what each shows of a datafeed's stats; knows no form of a table."""

from typing import Final

from unusual.api.tables import Column, length

DATAFEED_COLUMNS: Final = (
    Column("id", "datafeed_id", (), "the id of the datafeed", shown=True),
    Column("state", "state", ("s",), "whether the datafeed runs", shown=True),
    Column("assignment_explanation", "assignment_explanation", ("ae",), "why the datafeed has a node or has none"),
    Column("buckets.count", "timing_stats.bucket_count", ("bc",), "buckets it has searched for", shown=True),
    Column("search.count", "timing_stats.search_count", ("sc",), "searches it has made", shown=True),
    Column("search.time", "timing_stats.total_search_time_ms", ("st",), "time they took", format=length),
    Column(
        "search.bucket_avg",
        "timing_stats.average_search_time_per_bucket_ms",
        ("sba",),
        "time they took for a bucket",
        format=length,
    ),
    Column(
        "search.exp_avg_hour",
        "timing_stats.exponential_average_search_time_per_hour_ms",
        ("seah",),
        "time recent ones took for an hour of buckets",
        format=length,
    ),
    Column("node.id", "node.id", ("ni",), "id of the node that has the datafeed"),
    Column("node.name", "node.name", ("nn",), "name of that node"),
    Column("node.ephemeral_id", "node.ephemeral_id", ("ne",), "id of that node since its start"),
    Column("node.address", "node.transport_address", ("na",), "address of that node"),
)
