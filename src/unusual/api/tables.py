"""Documents → a table for people, as text or as objects of words; knows no particular document."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from unusual.analysis.control import Document
from unusual.errors import Invalid
from unusual.schema.options.tables import BYTES, MILLISECONDS, TableOptions
from unusual.schema.readable import readable_size, readable_time
from unusual.schema.wildcards import fits

Format: TypeAlias = Callable[[float, TableOptions], str]


def plain(value: object, _: TableOptions) -> str:
    """A value as it is."""
    return str(value)


def size(value: float, options: TableOptions) -> str:
    """A number of bytes, in a unit that was asked for or as humans read it."""
    return readable_size(value) if options.size_unit is None else str(int(value / BYTES[options.size_unit]))


def length(value: float, options: TableOptions) -> str:
    """A length of time in ms, in a unit that was asked for or as humans read it."""
    if options.time_unit is None:
        return readable_time(round(value))
    return str(int(value / MILLISECONDS[options.time_unit]))


@dataclass(frozen=True)
class Column:
    """One column of a table.

    path    where its value is in a document, names joined by dots
    told    what it says
    shown   whether it is there when no columns are asked for
    """

    name: str
    path: str
    shorts: tuple[str, ...]
    told: str
    shown: bool = False
    format: Format = plain

    def raw(self, document: Document) -> object:
        """The value in a document, None when it has none."""
        value: object = document
        for part in self.path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def cell(self, document: Document, options: TableOptions) -> str | None:
        """The value as words, None when there is none."""
        value = self.raw(document)
        return None if value is None else self.format(value, options)  # type: ignore[arg-type]  # - by the column's own


class _Headed(NamedTuple):
    heading: str
    column: Column


_GAP: Final = " "


def text(columns: Sequence[Column], documents: Iterable[Document], options: TableOptions) -> str:
    """One line for each document, cells below each other."""
    headed = _chosen(columns, options.columns)
    lines = [
        [headed_column.column.cell(document, options) or "" for headed_column in headed]
        for document in _sorted(columns, documents, options.sort)
    ]
    return _aligned([[one.heading for one in headed], *lines] if options.header else lines, _GAP)


def objects(columns: Sequence[Column], documents: Iterable[Document], options: TableOptions) -> list[Document]:
    """One object for each document, its values all words or nothing."""
    headed = _chosen(columns, options.columns)
    return [
        {heading: column.cell(document, options) for heading, column in headed}
        for document in _sorted(columns, documents, options.sort)
    ]


def explained(columns: Sequence[Column]) -> str:
    """One line for each column there is: name, short names, what it says."""
    return _aligned([[column.name, ",".join(column.shorts), column.told] for column in columns], " | ")


def _chosen(columns: Sequence[Column], wanted: str | None) -> list[_Headed]:
    """The columns asked for, headed as they were asked for; what is no column is passed over."""
    if not wanted:
        return [_Headed(column.name, column) for column in columns if column.shown]
    chosen = []
    for name in (part.strip() for part in wanted.split(",")):
        if "*" in name:
            chosen += [_Headed(column.name, column) for column in columns if fits(column.name, name)]
        else:
            chosen += [_Headed(name, column) for column in columns if _is(column, name)]
    return chosen


def _is(column: Column, name: str) -> bool:
    return name == column.name or name in column.shorts


def _sorted(columns: Sequence[Column], documents: Iterable[Document], wanted: str | None) -> list[Document]:
    """The documents in the order asked for; those without a value come last."""
    rows = [*documents]
    for part in reversed((wanted or "").split(",") if wanted else ()):
        name, _, direction = part.strip().partition(":")
        column = next((column for column in columns if _is(column, name)), None)
        if column is None or direction not in {"", "asc", "desc"}:
            raise Invalid(f"Unable to sort by unknown sort key `{part.strip()}`")
        with_value = [row for row in rows if column.raw(row) is not None]
        with_value.sort(key=column.raw, reverse=direction == "desc")  # type: ignore[arg-type]  # - one type a column
        rows = with_value + [row for row in rows if column.raw(row) is None]
    return rows


def _aligned(lines: Sequence[Sequence[str]], gap: str) -> str:
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    rows = (gap.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "".join(f"{row.rstrip()}\n" for row in rows)
