"""Swim lanes: the highest score of each cell of time, of jobs together, of each of them, of the values of a field.

Knows scores by subject and time, not what they are scores of.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from unusual.analysis.control import Document
from unusual.analysis.subjects import named
from unusual.jobs.lanes import Cell, Scope
from unusual.jobs.ports import Page, Ports
from unusual.jobs.viewing.windows import Grid

SPLITS: Final = ("partition_field_name", "by_field_name", "over_field_name")
TOP: Final = 10
Configs: TypeAlias = Sequence[Document]  # of the jobs that are looked at together


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


def fields_of(*configs: Document) -> list[str]:
    """The fields by whose values lanes can be drawn: the influencers, then those that split the detectors."""
    influencers = [field for config in configs for field in _influencers(config)]
    detectors = [detector for config in configs for detector in config["analysis_config"]["detectors"]]
    splitting = (detector.get(name) for detector in detectors for name in SPLITS)
    return [*dict.fromkeys([*influencers, *(field for field in splitting if field)])]


def overall(ports: Ports, job_ids: Iterable[str], grid: Grid, least: float = 0.0) -> Swimlane:
    """The lane of some jobs as a whole: of each cell the worst job, as overall buckets of the one best job tell it."""
    lanes = [_whole(ports, job_id, grid, least) for job_id in job_ids]
    return Swimlane("", _highest(score for lane in lanes for score in lane.scores.items()))


def by_job(ports: Ports, job_ids: Iterable[str], grid: Grid, page: Page, *, least: float = 0.0) -> Lanes:
    """A page of the lanes of jobs; one without any score has none."""
    lanes = [lane for job_id in job_ids if (lane := _whole(ports, job_id, grid, least)).scores]
    lanes.sort(key=lambda lane: (-lane.highest, lane.name))
    return Lanes(lanes[page.start : page.start + page.size], more=len(lanes) > page.start + page.size)


def by_field(ports: Ports, configs: Configs, field: str, grid: Grid, page: Page, *, least: float = 0.0) -> Lanes:
    """A page of the lanes of a field's values, each as high as in the worst of the jobs that have the field."""
    scopes = [*_scopes(configs, field, grid, least)]
    found = _first(ports, scopes, field, page.start + page.size + 1)
    shown = [subject for subject, _ in found[page.start : page.start + page.size]]
    cells: dict[str, list[Cell]] = {subject: [] for subject in shown}
    for scope in scopes:
        for cell in ports.results.lanes.cells(scope, grid.width_ms, shown):
            cells[cell.subject].append(cell)
    lanes = [Swimlane(named(subject)[1], _scores(of)) for subject, of in cells.items()]
    return Lanes(lanes, more=len(found) > page.start + page.size)


def values(ports: Ports, configs: Configs, field: str, grid: Grid, containing: str, most: int) -> list[str]:
    """The values of a field that contain a text and have the highest scores."""
    found = _first(ports, _scopes(configs, field, grid), field, most, containing)
    return [named(subject)[1] for subject, _ in found]


def top_influencers(ports: Ports, configs: Configs, grid: Grid, most: int = TOP) -> dict[str, list[tuple[str, float]]]:
    """For each influencer field its values with the highest scores, with these."""
    fields = dict.fromkeys(field for config in configs for field in _influencers(config))
    return {
        field: [(named(subject)[1], score) for subject, score in _first(ports, scopes, field, most)]
        for field in fields
        if (scopes := [scope for scope in _scopes(configs, field, grid) if scope.kind == "influencer"])
    }


def _influencers(config: Document) -> list[str]:
    influencers: list[str] = config["analysis_config"].get("influencers", [])
    return influencers


def _scopes(configs: Configs, field: str, grid: Grid, least: float = 0.0) -> Iterator[Scope]:
    """Influencers have scores of their own; other values have those of the records that are about them."""
    for config in configs:
        if field in fields_of(config):
            kind = "influencer" if field in _influencers(config) else "record"
            yield Scope(config["job_id"], kind, grid.start_ms, grid.end_ms, least)


def _first(
    ports: Ports, scopes: Iterable[Scope], field: str, most: int, containing: str = ""
) -> list[tuple[str, float]]:
    """The subjects of a field with the highest scores in any of the scopes, those first."""
    found: dict[str, float] = {}
    for scope in scopes:
        for lane in ports.results.lanes.highest(scope, field, most, containing):
            found[lane.subject] = max(lane.highest, found.get(lane.subject, 0.0))
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))[:most]


def _whole(ports: Ports, job_id: str, grid: Grid, least: float) -> Swimlane:
    cells = ports.results.lanes.whole(Scope(job_id, "bucket", grid.start_ms, grid.end_ms, least), grid.width_ms)
    return Swimlane(job_id, _scores(cells))


def _scores(cells: Iterable[Cell]) -> dict[int, float]:
    return _highest((cell.number, cell.highest) for cell in cells)


def _highest(scores: Iterable[tuple[int, float]]) -> dict[int, float]:
    found: dict[int, float] = {}
    for number, score in scores:
        found[number] = max(score, found.get(number, 0.0))
    return dict(sorted(found.items()))
