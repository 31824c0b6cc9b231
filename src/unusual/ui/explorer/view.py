"""What the explorer shows, as the query of its link; knows no page."""

from dataclasses import dataclass
from typing import Final

from unusual.jobs.ports import Page
from unusual.jobs.viewing.anomalies import Question
from unusual.jobs.viewing.windows import Window
from unusual.ui.links import view_link

PLACE: Final = "/explorer"
LANES_AT_ONCE: Final = 10
ROWS_AT_ONCE: Final = 25


@dataclass(frozen=True)
class View:
    """A view of the anomalies of one job; times in ms, empty and None for what was not chosen.

    start, end   the time of the lanes
    by           the field whose values have lanes
    lanes        which page of them
    first, until the part of that time whose anomalies are listed
    value        the value of `by` whose anomalies are listed
    least        score
    sort         `score` or `timestamp`
    open         key of the record that is explained
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

    def question(self, extent: Window) -> Question:
        """The anomalies to list."""
        return Question(
            window=self.window(extent).within(self.first, self.until),
            least=self.least,
            function=self.function or None,
            entities=((self.by, self.value),) if self.by and self.value else (),
            by=self.sort,
            desc=self.desc,
        )
