"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    _make_jobs()
    _make_results()
    _make_snapshots()
    _make_configs()


def _make_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.String, primary_key=True),
        sa.Column("config", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("stats", sa.Text, nullable=False),
        sa.Column("opened_ms", sa.BigInteger),
        sqlite_with_rowid=False,
    )


def _make_results() -> None:
    op.create_table(
        "results",
        sa.Column("job_id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("timestamp", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("entity", sa.String, primary_key=True),
        sa.Column("score", sa.Double),
        sa.Column("is_interim", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    _index("results_by_score", ["job_id", "kind", "score"], sa.text("score > 0"))
    _index("results_interim", ["job_id", "timestamp"], sa.column("is_interim", sa.Boolean).is_(True))
    _index("results_given", ["job_id", "entity"], sa.text("entity LIKE 'doc:%'"))


def _index(name: str, columns: list[str], where: sa.ColumnElement[bool] | sa.TextClause) -> None:
    op.create_index(name, "results", columns, sqlite_where=where, postgresql_where=where)


def _make_snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("job_id", sa.String, primary_key=True),
        sa.Column("snapshot_id", sa.String, primary_key=True),
        sa.Column("timestamp", sa.BigInteger, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "states",
        sa.Column("job_id", sa.String, primary_key=True),
        sa.Column("snapshot_id", sa.String, primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _make_configs() -> None:
    op.create_table(
        "configs",
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
