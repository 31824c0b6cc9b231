"""A plain table of rows that are all in the browser, with its file to take away; knows no page."""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Final

from nicegui import ui

from unusual.analysis.control import Document
from unusual.ui.tables import Column, as_csv

PAGE: Final = 25


def plain_table(
    name: str,
    headings: Mapping[str, str],
    rows: Sequence[Document],
    key: str = "",
    *,
    nothing: str = "Nothing here yet.",
) -> ui.table:
    """A table, sortable by every column, and the button for its CSV.

    name      of the file
    headings  of each field
    key       the field that names a row; '' numbers them
    nothing   said where there is no row
    """
    numbered = [*rows] if key else [row | {"number": number} for number, row in enumerate(rows)]
    columns = [
        {"name": field, "label": heading, "field": field, "sortable": True, "align": "left"}
        for field, heading in headings.items()
    ]
    table = ui.table(rows=numbered, columns=columns, row_key=key or "number", pagination=PAGE)
    table.classes("w-full").props(f'wrap-cells no-data-label="{nothing}"')
    with table.add_slot("top-right"):
        download_button(f"{name}.csv", headings, lambda: table.rows)
    return table


def download_button(name: str, headings: Mapping[str, str], rows: Callable[[], Sequence[Document]]) -> ui.button:
    """A button that gives a table as CSV. headings: of each field."""

    def download() -> None:
        columns = [Column(heading, itemgetter(field)) for field, heading in headings.items()]
        ui.download.content(as_csv(columns, rows()), name)

    return ui.button("CSV", icon="download", on_click=download).props(
        f'flat dense no-caps aria-label="Download {name}"'
    )
