"""Indices of documents, from which datafeeds read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "indices",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("definition", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "documents",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("index_name", sa.String, nullable=False),
        sa.Column("document_id", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("documents_by_id", "documents", ["index_name", "document_id"], unique=True)
    op.create_table(
        "moments",
        sa.Column("index_name", sa.String, primary_key=True),
        sa.Column("field", sa.String, primary_key=True),
        sa.Column("time", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("moments_by_document", "moments", ["number"])
