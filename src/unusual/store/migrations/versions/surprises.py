"""The surprise of each result, which its score may follow later."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column, empty: the scores of results from before stay as they are."""
    op.add_column("results", sa.Column("surprise", sa.Double))
    rescorable = sa.column("surprise").is_not(None)
    op.create_index(
        "results_rescorable",
        "results",
        ["job_id", "kind", "timestamp", "surprise"],
        sqlite_where=rescorable,
        postgresql_where=rescorable,
    )
