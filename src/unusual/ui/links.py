"""The address of what a page shows, and files to take away; knows no page."""

import json
from collections.abc import Callable, Mapping, Sequence

from nicegui import ui

from unusual.analysis.control import Document
from unusual.ui.wording import address, csv_of


def remember(path: str, **query: object) -> None:
    """Let the browser's address lead back to what is shown now."""
    ui.run_javascript(f"history.replaceState(null, '', {json.dumps(address(path, **query))})")


def download_button(name: str, columns: Mapping[str, str], rows: Callable[[], Sequence[Document]]) -> ui.button:
    """A button that gives a table as CSV. columns: the heading of each field."""
    button = ui.button("CSV", icon="download", on_click=lambda: ui.download.content(csv_of(columns, rows()), name))
    return button.props(f'flat dense no-caps aria-label="Download {name}"')
