"""A table of documents: its columns, its cells as text, and the whole as CSV; knows no page and no kind of document."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from unusual.analysis.control import Document

# Spreadsheets take what begins so for a formula, and data must not become one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """A column: its title, what a cell of it says, and by which name it sorts (None when it does not)."""

    title: str
    cell: Callable[[Document], str | float]
    sorts: str | None = None


def as_csv(columns: Sequence[Column], documents: Iterable[Document]) -> bytes:
    r"""Documents as comma-separated values in UTF-8, with a line of titles.

    >>> as_csv([Column("name", lambda one: one["name"])], [{"name": "a,b"}, {"name": "=1+1"}])
    b'name\r\n"a,b"\r\n\'=1+1\r\n'
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([column.title for column in columns])
    writer.writerows([_harmless(column.cell(document)) for column in columns] for document in documents)
    return text.getvalue().encode()


def _harmless(cell: str | float) -> str | float:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
