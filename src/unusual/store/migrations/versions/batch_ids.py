"""Documents that came together under ids of their clients' choice."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make room for the ids; batches that are there have none."""
    op.add_column("batches", sa.Column("ids", sa.LargeBinary))
    op.create_table(
        "batch_ids",
        sa.Column("index_name", sa.String, primary_key=True),
        sa.Column("document_id", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
