"""Whom each result is about, by which scores are drawn side by side."""

from collections.abc import Sequence

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

COLUMNS = ("subject", "second_subject", "third_subject")
ROLES = ("by_field", "over_field", "partition_field", "influencer_field")
KINDS = ("influencer", "model_forecast", "model_plot", "record")
ROWS_AT_ONCE = 1_000

key = ("job_id", "kind", "timestamp", "entity")
results = sa.table("results", *map(sa.column, (*key, "body", *COLUMNS)))


def upgrade() -> None:
    """Add the columns, fill them from the documents, and index them."""
    for name in COLUMNS:
        op.add_column("results", sa.Column(name, sa.String))
    _fill()
    for name in COLUMNS:
        known = sa.column(name).is_not(None)
        columns = ["job_id", "kind", name, "timestamp", "score"]
        op.create_index(f"results_by_{name}", "results", columns, sqlite_where=known, postgresql_where=known)


def _fill() -> None:
    connection = op.get_bind()
    names = [results.c[name] for name in key]
    some = sa.select(*names, results.c.body).where(results.c.kind.in_(KINDS)).order_by(*names).limit(ROWS_AT_ONCE)
    rows = connection.execute(some).all()
    while rows:
        changes = [_change(row) for row in rows]
        same = [results.c[name] == sa.bindparam(f"known_{name}") for name in key]
        fill = sa.update(results).where(*same).values({name: sa.bindparam(f"new_{name}") for name in COLUMNS})
        connection.execute(fill, changes)
        rows = connection.execute(some.where(sa.tuple_(*names) > sa.tuple_(*rows[-1][: len(key)]))).all()


def _change(row: Sequence[object]) -> dict[str, object]:
    document = orjson.loads(str(row[-1]))
    pairs = ((document.get(f"{role}_name"), document.get(f"{role}_value")) for role in ROLES)
    subjects = [f"{field}\x1f{value}" for field, value in pairs if isinstance(field, str) and isinstance(value, str)]
    told = dict.fromkeys(f"new_{name}" for name in COLUMNS) | dict(
        zip((f"new_{name}" for name in COLUMNS), subjects, strict=False)
    )
    return told | {f"known_{name}": value for name, value in zip(key, row[:-1], strict=True)}
