"""The columns of the table of jobs: what each shows of a job's stats; knows no form of a table."""

from typing import Final

from unusual.api.tables import Column, length, size

JOB_COLUMNS: Final = (
    Column("id", "job_id", (), "the id of the job", shown=True),
    Column("state", "state", ("s",), "where in its life the job is", shown=True),
    Column("opened_time", "open_time", ("ot",), "how long the job has been open"),
    Column("assignment_explanation", "assignment_explanation", ("ae",), "why the job has a node or has none"),
    Column(
        "data.processed_records",
        "data_counts.processed_record_count",
        ("dpr",),
        "records that were analysed",
        shown=True,
    ),
    Column("data.processed_fields", "data_counts.processed_field_count", ("dpf",), "values of analysed fields in them"),
    Column("data.input_bytes", "data_counts.input_bytes", ("dib",), "bytes that were sent", format=size),
    Column("data.input_records", "data_counts.input_record_count", ("dir",), "records that were sent"),
    Column("data.input_fields", "data_counts.input_field_count", ("dif",), "values that were sent"),
    Column("data.invalid_dates", "data_counts.invalid_date_count", ("did",), "records without a readable time"),
    Column("data.missing_fields", "data_counts.missing_field_count", ("dmf",), "analysed fields that records lacked"),
    Column(
        "data.out_of_order_timestamps",
        "data_counts.out_of_order_timestamp_count",
        ("doot",),
        "records that came too late",
    ),
    Column("data.empty_buckets", "data_counts.empty_bucket_count", ("deb",), "buckets without records"),
    Column(
        "data.sparse_buckets", "data_counts.sparse_bucket_count", ("dsb",), "buckets with far fewer records than usual"
    ),
    Column("data.buckets", "data_counts.bucket_count", ("db",), "final buckets"),
    Column("data.earliest_record", "data_counts.earliest_record_timestamp", ("der",), "time of the earliest record"),
    Column("data.latest_record", "data_counts.latest_record_timestamp", ("dlr",), "time of the latest record"),
    Column("data.last", "data_counts.last_data_time", ("dl",), "when data came last"),
    Column(
        "data.last_empty_bucket",
        "data_counts.latest_empty_bucket_timestamp",
        ("dleb",),
        "time of the last bucket without records",
    ),
    Column(
        "data.last_sparse_bucket",
        "data_counts.latest_sparse_bucket_timestamp",
        ("dlsb",),
        "time of the last bucket with few records",
    ),
    Column(
        "model.bytes", "model_size_stats.model_bytes", ("mb",), "memory that the model takes", shown=True, format=size
    ),
    Column("model.memory_status", "model_size_stats.memory_status", ("mms",), "whether memory is scarce", shown=True),
    Column(
        "model.bytes_exceeded",
        "model_size_stats.model_bytes_exceeded",
        ("mbe",),
        "memory that the model lacks",
        format=size,
    ),
    Column(
        "model.memory_limit",
        "model_size_stats.model_bytes_memory_limit",
        ("mml",),
        "memory that the model may take",
        format=size,
    ),
    Column("model.by_fields", "model_size_stats.total_by_field_count", ("mbf",), "values of by fields"),
    Column("model.over_fields", "model_size_stats.total_over_field_count", ("mof",), "values of over fields"),
    Column(
        "model.partition_fields", "model_size_stats.total_partition_field_count", ("mpf",), "values of partition fields"
    ),
    Column(
        "model.bucket_allocation_failures",
        "model_size_stats.bucket_allocation_failures_count",
        ("mbaf",),
        "buckets with values that found no memory",
    ),
    Column(
        "model.categorization_status",
        "model_size_stats.categorization_status",
        ("mcs",),
        "whether categorization works well",
    ),
    Column(
        "model.categorized_doc_count",
        "model_size_stats.categorized_doc_count",
        ("mcdc",),
        "records that were categorized",
    ),
    Column("model.total_category_count", "model_size_stats.total_category_count", ("mtcc",), "categories"),
    Column(
        "model.frequent_category_count",
        "model_size_stats.frequent_category_count",
        ("mfcc",),
        "categories with more than one in a hundred records",
    ),
    Column(
        "model.rare_category_count", "model_size_stats.rare_category_count", ("mrcc",), "categories with one record"
    ),
    Column(
        "model.dead_category_count",
        "model_size_stats.dead_category_count",
        ("mdcc",),
        "categories that others have taken the place of",
    ),
    Column(
        "model.failed_category_count", "model_size_stats.failed_category_count", (), "categories that found no memory"
    ),
    Column("model.log_time", "model_size_stats.log_time", ("mlt",), "when the size of the model was told"),
    Column("model.timestamp", "model_size_stats.timestamp", ("mt",), "time of the last bucket then"),
    Column("forecasts.total", "forecasts_stats.total", ("ft",), "forecasts", shown=True),
    Column(
        "forecasts.memory.min",
        "forecasts_stats.memory_bytes.min",
        ("fmmin",),
        "least memory of a forecast",
        format=size,
    ),
    Column(
        "forecasts.memory.max", "forecasts_stats.memory_bytes.max", ("fmmax",), "most memory of a forecast", format=size
    ),
    Column(
        "forecasts.memory.avg", "forecasts_stats.memory_bytes.avg", ("fmavg",), "mean memory of a forecast", format=size
    ),
    Column(
        "forecasts.memory.total", "forecasts_stats.memory_bytes.total", ("fmt",), "memory of all forecasts", format=size
    ),
    Column("forecasts.records.min", "forecasts_stats.records.min", ("frmin",), "fewest records of a forecast"),
    Column("forecasts.records.max", "forecasts_stats.records.max", ("frmax",), "most records of a forecast"),
    Column("forecasts.records.avg", "forecasts_stats.records.avg", ("fravg",), "mean records of a forecast"),
    Column("forecasts.records.total", "forecasts_stats.records.total", ("frt",), "records of all forecasts"),
    Column(
        "forecasts.time.min",
        "forecasts_stats.processing_time_ms.min",
        ("ftmin",),
        "shortest making of a forecast",
        format=length,
    ),
    Column(
        "forecasts.time.max",
        "forecasts_stats.processing_time_ms.max",
        ("ftmax",),
        "longest making of a forecast",
        format=length,
    ),
    Column(
        "forecasts.time.avg",
        "forecasts_stats.processing_time_ms.avg",
        ("ftavg",),
        "mean making of a forecast",
        format=length,
    ),
    Column(
        "forecasts.time.total",
        "forecasts_stats.processing_time_ms.total",
        ("ftt",),
        "making of all forecasts",
        format=length,
    ),
    Column("node.id", "node.id", ("ni",), "id of the node that has the job"),
    Column("node.name", "node.name", ("nn",), "name of that node"),
    Column("node.ephemeral_id", "node.ephemeral_id", ("ne",), "id of that node since its start"),
    Column("node.address", "node.transport_address", ("na",), "address of that node"),
    Column("buckets.count", "timing_stats.bucket_count", ("bc",), "buckets that took time", shown=True),
    Column(
        "buckets.time.total", "timing_stats.total_bucket_processing_time_ms", ("btt",), "time they took", format=length
    ),
    Column(
        "buckets.time.min",
        "timing_stats.minimum_bucket_processing_time_ms",
        ("btmin",),
        "time the quickest took",
        format=length,
    ),
    Column(
        "buckets.time.max",
        "timing_stats.maximum_bucket_processing_time_ms",
        ("btmax",),
        "time the slowest took",
        format=length,
    ),
    Column(
        "buckets.time.exp_avg",
        "timing_stats.exponential_average_bucket_processing_time_ms",
        ("btea",),
        "time a recent one took, on average",
        format=length,
    ),
    Column(
        "buckets.time.exp_avg_hour",
        "timing_stats.exponential_average_bucket_processing_time_per_hour_ms",
        ("bteah",),
        "time those of an hour took, on average",
        format=length,
    ),
)
