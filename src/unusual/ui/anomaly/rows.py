"""The table of anomalies, of which each row opens to its explanation; thin, over wording and details."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from nicegui import ui

from unusual.analysis.control import Document
from unusual.errors import Problem
from unusual.jobs.ports import Ports, StoredJob
from unusual.ui.anomaly import details
from unusual.ui.anomaly.wording import COLUMNS, JOB
from unusual.ui.refusals import show_refusal
from unusual.ui.severity import INK, band_of
from unusual.ui.tables import Column

_STYLE: Final = """
.explained { position: sticky; left: 0; max-width: calc(100vw - 3rem); }
table.anomalies { width: 100%; border-collapse: collapse; }
table.anomalies th { text-align: left; font-weight: 600; padding: .25rem .5rem; white-space: nowrap; }
table.anomalies td { padding: .15rem .5rem; border-top: 1px solid rgb(128 128 128 / .3); vertical-align: middle; }
table.anomalies td .severity { padding: .1rem .4rem; border-radius: 4px; white-space: nowrap; }
"""


class Sorting(NamedTuple):
    """By which column rows are sorted; `pick` sorts them by another, or the other way round."""

    by: str
    desc: bool
    pick: Callable[[str, bool], Awaitable[None]]


class Rows:
    """Some records as a table.

    jobs     those that the records are of
    opened   the name of the record that is open from the beginning
    keep     notes the name of the record that is open, '' for none
    sorting  None when they are as they are
    """

    def __init__(
        self,
        ports: Ports,
        jobs: Sequence[StoredJob],
        opened: str,
        keep: Callable[[str], None],
        sorting: Sorting | None = None,
    ) -> None:
        self._ports = ports
        self._jobs = {job.job_id: job for job in jobs}
        self._columns = COLUMNS if len(jobs) == 1 else (JOB, *COLUMNS)
        self._opened = opened
        self._keep = keep
        self._sorting = sorting

    async def build(self, records: Sequence[Document]) -> None:
        """The table; the record that the link opens is open."""
        if not records:
            ui.label("Nothing here was that unusual.").props("role=status")
            return
        ui.add_css(_STYLE)
        with ui.element("div").classes("w-full overflow-x-auto"), ui.element("table").classes("anomalies"):
            with ui.element("thead"), ui.element("tr"):
                ui.element("th")
                for column in self._columns:
                    self._title(column)
            with ui.element("tbody"):
                for record in records:
                    await self._row(record)

    def _title(self, column: Column) -> None:
        sorts, sorting = column.sorts, self._sorting
        with ui.element("th").props("scope=col") as title:
            if sorts is None or sorting is None:
                ui.label(column.title)
                return
            chosen, desc = sorts == sorting.by, sorting.desc
            icon = ("arrow_downward" if desc else "arrow_upward") if chosen else "unfold_more"
            button = ui.button(column.title, on_click=lambda: sorting.pick(sorts, not (chosen and desc)))
            button.props(f"flat dense no-caps icon-right={icon}")
        if chosen:
            title.props(f"aria-sort={'descending' if desc else 'ascending'}")

    async def _row(self, record: Document) -> None:
        with ui.element("tr"):
            with ui.element("td"):
                button = ui.button(icon="chevron_right").props(
                    'flat dense round aria-expanded=false aria-label="Explain"'
                )
            for column in self._columns:
                with ui.element("td"):
                    self._cell(column, record)
        with ui.element("tr") as below:
            inside = ui.element("td").props(f"colspan={len(self._columns) + 1}")
        below.set_visibility(False)
        name = f"{record['job_id']}:{record['key']}"

        async def toggle() -> None:
            opened = not below.visible
            below.set_visibility(opened)
            button.props(f"icon={'expand_more' if opened else 'chevron_right'} aria-expanded={str(opened).lower()}")
            self._keep(name if opened else "")
            if opened and not inside.default_slot.children:
                with inside, ui.element("div").classes("explained"):
                    await self._explain(record)

        button.on_click(toggle)
        if name == self._opened:
            await toggle()

    async def _explain(self, record: Document) -> None:
        try:
            await details.show(self._ports, self._jobs[record["job_id"]], record)
        except Problem as problem:
            show_refusal(problem)

    def _cell(self, column: Column, record: Document) -> None:
        label = ui.label(str(column.cell(record)))
        if column.sorts == "score":
            label.classes("severity").style(f"background: {band_of(record['record_score']).colour}; color: {INK}")
