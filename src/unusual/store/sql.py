"""The tables of the store and the values they hold; knows no engine, no dialect and no use case.

`migrations` builds these tables; a test holds that both say the same.
"""

from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

from unusual.analysis.control import Document


class Json(TypeDecorator[Document]):
    """A document as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Document | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - SQLAlchemy's
        return None if value is None else orjson.loads(value)


metadata = MetaData()

jobs = Table(
    "jobs",
    metadata,
    Column("job_id", String, primary_key=True),
    Column("config", Json, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("stats", Json, nullable=False),
    Column("opened_ms", BigInteger),
    sqlite_with_rowid=False,
)

# Rows lie in the order of their key, so a stretch of time of one job is one stretch of disk.
results = Table(
    "results",
    metadata,
    Column("job_id", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("timestamp", BigInteger, primary_key=True, autoincrement=False),
    Column("entity", String, primary_key=True),
    Column("score", Double),
    Column("is_interim", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Column("surprise", Double),
    Column("subject", String),
    Column("second_subject", String),
    Column("third_subject", String),
    sqlite_with_rowid=False,
)

# A partial index serves only queries that repeat its condition word for word, hence text and not a bound value.
ANOMALOUS = text("score > 0")
GIVEN = text("entity LIKE 'doc:%'")
ANALYSED = text("entity NOT LIKE 'doc:%'")
INTERIM = results.c.is_interim.is_(True)
RESCORABLE = results.c.surprise.is_not(None)

# What a page is chosen by, and nothing else: a million results are counted and put in order without their documents.
Index("results_by_time", results.c.job_id, results.c.kind, results.c.timestamp, results.c.score, results.c.is_interim)
# Most buckets are ordinary: leaving their zero scores out makes the index small and writing a quarter faster.
Index(
    "results_by_score",
    results.c.job_id,
    results.c.kind,
    results.c.score,
    results.c.timestamp,
    results.c.entity,
    results.c.is_interim,
    sqlite_where=ANOMALOUS,
    postgresql_where=ANOMALOUS,
)
Index("results_interim", results.c.job_id, results.c.timestamp, sqlite_where=INTERIM, postgresql_where=INTERIM)
Index(
    "results_rescorable",
    results.c.job_id,
    results.c.kind,
    results.c.timestamp,
    results.c.surprise,
    sqlite_where=RESCORABLE,
    postgresql_where=RESCORABLE,
)
# Whom a result is about. Scores lie beside, so that the lanes of a million results are drawn from the index alone.
SUBJECTS = (results.c.subject, results.c.second_subject, results.c.third_subject)
for _subject in SUBJECTS:
    Index(
        f"results_by_{_subject.name}",
        results.c.job_id,
        results.c.kind,
        _subject,
        results.c.timestamp,
        results.c.score,
        sqlite_where=_subject.is_not(None),
        postgresql_where=_subject.is_not(None),
    )
Index("results_given", results.c.job_id, results.c.entity, sqlite_where=GIVEN, postgresql_where=GIVEN)

snapshots = Table(
    "snapshots",
    metadata,
    Column("job_id", String, primary_key=True),
    Column("snapshot_id", String, primary_key=True),
    Column("timestamp", BigInteger, nullable=False),
    Column("description", Json, nullable=False),
    sqlite_with_rowid=False,
)

# A learnt state can be larger than a database takes as one value: it lies in numbered parts.
states = Table(
    "states",
    metadata,
    Column("job_id", String, primary_key=True),
    Column("snapshot_id", String, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

configs = Table(
    "configs",
    metadata,
    Column("kind", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("document", Json, nullable=False),
    sqlite_with_rowid=False,
)

indices = Table(
    "indices",
    metadata,
    Column("name", String, primary_key=True),
    Column("definition", Json, nullable=False),
    sqlite_with_rowid=False,
)

# In SQLite only a key called INTEGER is the row's own number, and costs nothing.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

documents = Table(
    "documents",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("index_name", String, nullable=False),
    Column("document_id", String, nullable=False),
    Column("body", Text, nullable=False),
)
Index("documents_by_id", documents.c.index_name, documents.c.document_id, unique=True)

# Documents that came together: their lines packed, one row for thousands of them; and their ids as a list, packed,
# unless the server made them.
# They share their sequence of numbers with `documents`: a batch has as many as it has documents.
batches = Table(
    "batches",
    metadata,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("index_name", String, nullable=False),
    Column("key", String, nullable=False),
    Column("begin", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("ids", LargeBinary),
)
Index("batches_by_key", batches.c.index_name, batches.c.key, batches.c.begin, unique=True)
Index("batches_in_order", batches.c.index_name, batches.c.number, batches.c.count)

# The times of one date field of a batch: a number for each document, and between which they lie.
batch_times = Table(
    "batch_times",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("field", String, primary_key=True),
    Column("index_name", String, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("times", LargeBinary, nullable=False),
)
Index(
    "batch_times_by_time",
    batch_times.c.index_name,
    batch_times.c.field,
    batch_times.c.first,
    batch_times.c.last,
    batch_times.c.number,
)

# Where a document of a batch is that came under an id of its client's choice.
batch_ids = Table(
    "batch_ids",
    metadata,
    Column("index_name", String, primary_key=True),
    Column("document_id", String, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("place", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Documents of batches that have been removed or replaced.
batch_gone = Table(
    "batch_gone",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# One row for each date field of a document: rows lie in the order of time, so a slice is one stretch of disk.
moments = Table(
    "moments",
    metadata,
    Column("index_name", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("time", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
Index("moments_by_document", moments.c.number)
