"""Swim lanes: the highest score of each cell of time, of a job as a whole and of the values of a field.

Knows scores by subject and time, not what they are scores of.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from unusual.analysis.control import Document
from unusual.analysis.subjects import named
from unusual.jobs.lanes import Cell, Scope
from unusual.jobs.ports import Page, Ports
from unusual.jobs.viewing.windows import Grid

SPLITS: Final = ("partition_field_name", "by_field_name", "over_field_name")
TOP: Final = 10


@dataclass(frozen=True)
class Swimlane:
    """One lane; `scores` by number of the cell, only where there are any."""

    name: str
    scores: dict[int, float]

    @property
    def highest(self) -> float:
        return max(self.scores.values(), default=0.0)


@dataclass(frozen=True)
class Lanes:
    """A page of lanes, the highest score first; `more` when others follow."""

    lanes: list[Swimlane]
    more: bool


def fields_of(config: Document) -> list[str]:
    """The fields by whose values lanes can be drawn: the influencers, then those that split the detectors."""
    analysis = config["analysis_config"]
    splitting = (detector.get(name) for detector in analysis["detectors"] for name in SPLITS)
    return [*dict.fromkeys([*analysis.get("influencers", ()), *(field for field in splitting if field)])]


def overall(ports: Ports, job_id: str, grid: Grid, least: float = 0.0) -> Swimlane:
    """The lane of the job as a whole."""
    cells = ports.results.lanes.whole(Scope(job_id, "bucket", grid.start_ms, grid.end_ms, least), grid.width_ms)
    return Swimlane("", _scores(cells))


def by_field(ports: Ports, config: Document, field: str, grid: Grid, page: Page, *, least: float = 0.0) -> Lanes:
    """A page of the lanes of a field's values."""
    scope = _scope(config, field, grid, least)
    found = ports.results.lanes.highest(scope, field, page.start + page.size + 1)
    shown = [lane.subject for lane in found[page.start : page.start + page.size]]
    cells: dict[str, list[Cell]] = {subject: [] for subject in shown}
    for cell in ports.results.lanes.cells(scope, grid.width_ms, shown):
        cells[cell.subject].append(cell)
    lanes = [Swimlane(named(subject)[1], _scores(of)) for subject, of in cells.items()]
    return Lanes(lanes, more=len(found) > page.start + page.size)


def values(ports: Ports, config: Document, field: str, grid: Grid, containing: str, most: int) -> list[str]:
    """The values of a field that contain a text and have the highest scores."""
    found = ports.results.lanes.highest(_scope(config, field, grid), field, most, containing)
    return [named(one.subject)[1] for one in found]


def top_influencers(ports: Ports, config: Document, grid: Grid, most: int = TOP) -> dict[str, list[tuple[str, float]]]:
    """For each influencer field its values with the highest scores, with these."""
    lanes = ports.results.lanes
    return {
        field: [(named(one.subject)[1], one.highest) for one in lanes.highest(_scope(config, field, grid), field, most)]
        for field in config["analysis_config"].get("influencers", ())
    }


def _scope(config: Document, field: str, grid: Grid, least: float = 0.0) -> Scope:
    """Influencers have scores of their own; other values have those of the records that are about them."""
    kind = "influencer" if field in config["analysis_config"].get("influencers", ()) else "record"
    return Scope(config["job_id"], kind, grid.start_ms, grid.end_ms, least)


def _scores(cells: Iterable[Cell]) -> dict[int, float]:
    return {cell.number: cell.highest for cell in cells}
