"""Indices that tell times, scores and what is interim, so that a page is found before any document is read."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Index all results by time, and say more of those that are indexed by score."""
    op.create_index("results_by_time", "results", ["job_id", "kind", "timestamp", "score", "is_interim"])
    op.drop_index("results_by_score", "results")
    anomalous = sa.text("score > 0")
    columns = ["job_id", "kind", "score", "timestamp", "entity", "is_interim"]
    op.create_index("results_by_score", "results", columns, sqlite_where=anomalous, postgresql_where=anomalous)
