"""Which migration a database has come to; knows none of them, so that a server that needs none starts sooner."""

from typing import Final

from sqlalchemy import Connection, column, inspect, select, table

NEWEST: Final = "0007"
_KEPT = table("alembic_version", column("version_num"))


def is_newest(connection: Connection) -> bool:
    """Whether a database lacks no migration of this version, nor has one that it does not know."""
    if not inspect(connection).has_table(_KEPT.name):
        return False
    return connection.execute(select(_KEPT.c.version_num)).scalar() == NEWEST
