"""What the explorer shows, as the query of its link; knows no page."""

from dataclasses import dataclass
from typing import Final

from unusual.jobs.ports import Page
from unusual.jobs.viewing.anomalies import Question
from unusual.jobs.viewing.windows import Window
from unusual.ui.links import view_link

PLACE: Final = "/explorer"
BY_JOB: Final = "job_id"  # which no field can be called: all results have it already
LANES_AT_ONCE: Final = 10
ROWS_AT_ONCE: Final = 25


@dataclass(frozen=True)
class View:
    """A view of the anomalies of some jobs; times in ms, empty and None for what was not chosen.

    job          ids, groups and patterns, with commas between
    start, end   the time of the lanes
    by           the field whose values have lanes, `BY_JOB` for lanes of the jobs
    lanes        which page of them
    first, until the part of that time whose anomalies are listed
    value        the value of `by` whose anomalies are listed
    least        score
    sort         `score` or `timestamp`
    open         which record is explained
    """

    job: str = ""
    start: int | None = None
    end: int | None = None
    by: str = ""
    lanes: int = 0
    first: int | None = None
    until: int | None = None
    value: str = ""
    least: float = 0.0
    function: str = ""
    sort: str = "score"
    desc: bool = True
    page: int = 0
    open: str = ""

    @property
    def link(self) -> str:
        """The address of the view."""
        return view_link(PLACE, self)

    @property
    def lanes_page(self) -> Page:
        """The lanes to show."""
        return Page(self.lanes * LANES_AT_ONCE, LANES_AT_ONCE)

    @property
    def rows_page(self) -> Page:
        """The anomalies to list."""
        return Page(self.page * ROWS_AT_ONCE, ROWS_AT_ONCE)

    def window(self, extent: Window) -> Window:
        """The time of the lanes."""
        return extent.within(self.start, self.end)

    def stretch(self, extent: Window) -> Window | None:
        """The part of that time whose anomalies are listed, None for the whole."""
        whole = self.window(extent)
        return None if self.first is None and self.until is None else whole.within(self.first, self.until)

    def question(self, extent: Window) -> Question:
        """The anomalies to list."""
        return Question(
            window=self.stretch(extent) or self.window(extent),
            least=self.least,
            function=self.function or None,
            entities=((self.by, self.value),) if self.value and self.by not in {"", BY_JOB} else (),
            by=self.sort,
            desc=self.desc,
        )
