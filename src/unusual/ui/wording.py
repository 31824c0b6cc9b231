"""Numbers, sizes and times as people read them, and addresses of pages; knows no page."""

from collections.abc import Iterable, Mapping
from csv import writer
from datetime import UTC, datetime
from io import StringIO
from urllib.parse import quote, urlencode

NOTHING = "–"  # noqa: RUF001 - a dash in the place of a value


def moment(time_ms: int | None) -> str:
    """A moment in UTC, to the second where it is not a whole minute.

    >>> moment(1_609_459_200_000), moment(1_609_459_201_500), moment(None) == NOTHING
    ('2021-01-01 00:00', '2021-01-01 00:00:01', True)
    """
    if time_ms is None:
        return NOTHING
    told = datetime.fromtimestamp(time_ms / 1000, UTC)
    return f"{told:%Y-%m-%d %H:%M}" if time_ms % 60_000 == 0 else f"{told:%Y-%m-%d %H:%M:%S}"


def count(number: int) -> str:
    """A whole number in groups of three digits.

    >>> count(1234567)
    '1,234,567'
    """
    return f"{number:,}"


def address(path: str, **query: object) -> str:
    """The address of a page with what it shows; what is empty is left out.

    >>> address("/ui/jobs", q="web 1", group="")
    '/ui/jobs?q=web+1'
    """
    told = urlencode({name: value for name, value in query.items() if value not in {"", None}})
    return quote(path) + (f"?{told}" if told else "")


def csv_of(columns: Mapping[str, str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """A table as CSV. columns: the heading of each field, in order.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    text = StringIO()
    lines = writer(text)
    lines.writerow(columns.values())
    lines.writerows([_harmless(row.get(name, "")) for name in columns] for row in rows)
    return text.getvalue().encode()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
