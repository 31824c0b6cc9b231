"""Small named documents in a database; knows nothing of what they configure."""

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from unusual.analysis.control import Document
from unusual.errors import Taken
from unusual.store.database import Database
from unusual.store.sql import configs


class SqlConfigs:
    """The `Configs` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kind: str, name: str, document: Document) -> None:
        """Store a new document; `errors.Taken` when the name is in use."""
        try:
            with self._database.writing() as connection:
                connection.execute(insert(configs).values(kind=kind, name=name, document=document))
        except IntegrityError:
            raise Taken(f"A {kind} with id [{name}] already exists") from None

    def get(self, kind: str, name: str) -> Document | None:
        """The document, None when unknown."""
        statement = select(configs.c.document).where(configs.c.kind == kind, configs.c.name == name)
        with self._database.reading() as connection:
            return connection.execute(statement).scalar_one_or_none()

    def all(self, kind: str) -> list[Document]:
        """Every document of a kind, sorted by name."""
        statement = select(configs.c.document).where(configs.c.kind == kind).order_by(configs.c.name)
        with self._database.reading() as connection:
            return [*connection.execute(statement).scalars()]

    def put(self, kind: str, name: str, document: Document) -> None:
        """Store or replace a document."""
        row = {"kind": kind, "name": name, "document": document}
        with self._database.writing() as connection:
            connection.execute(self._database.upsert(configs, [row]))

    def delete(self, kind: str, name: str) -> bool:
        """Remove a document; whether there was one."""
        statement = delete(configs).where(configs.c.kind == kind, configs.c.name == name)
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount > 0
