"""Documents that came together, in one row for thousands of them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables; documents that are there stay where they are."""
    op.create_table(
        "batches",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("index_name", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("begin", sa.Integer, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("batches_by_key", "batches", ["index_name", "key", "begin"], unique=True)
    op.create_index("batches_in_order", "batches", ["index_name", "number", "count"])
    op.create_table(
        "batch_times",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("field", sa.String, primary_key=True),
        sa.Column("index_name", sa.String, nullable=False),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("times", sa.LargeBinary, nullable=False),
    )
    op.create_index("batch_times_by_time", "batch_times", ["index_name", "field", "first", "last", "number"])
    op.create_table(
        "batch_gone",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
