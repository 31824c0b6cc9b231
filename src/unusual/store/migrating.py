"""Bringing a database's tables up to date, from whatever version made them; knows no dialect."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from unusual.errors import Conflict


def upgrade(connection: Connection) -> None:
    """Run the migrations a database lacks within the connection's transaction; `errors.Conflict` when it is newer."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "unusual.store:migrations")
    try:
        command.upgrade(config, "head")
    except CommandError as problem:
        raise Conflict(f"the store was written by another version of unusual: {problem}") from problem
