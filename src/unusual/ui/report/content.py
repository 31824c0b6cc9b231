"""What a report says of a job: its lanes, influencers and worst anomalies with their charts; knows no HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from unusual.analysis.control import Document
from unusual.jobs.ports import Page, Ports, StoredJob
from unusual.jobs.viewing import anomalies, swimlanes, windows
from unusual.ui.anomaly.picture import picture
from unusual.ui.anomaly.wording import facts
from unusual.ui.charts import evidence, lanes, waterfall
from unusual.ui.charts.style import Options, ink

MOST_ROWS: Final = 200
MOST_EXPLAINED: Final = 10
LANES: Final = Page(0, 20)


@dataclass(frozen=True)
class Drawing:
    """A chart, and how high it is [px]."""

    options: Options
    height_px: int


@dataclass(frozen=True)
class Explained:
    """One anomaly in full."""

    record: Document
    facts: Sequence[tuple[str, str]]
    score: Drawing
    evidence: Drawing


@dataclass(frozen=True)
class Report:
    """A job and what was unusual in it; without any results there is no window, and nothing else.

    count      of all anomalies; `records` are the worst of them
    explained  the worst of those
    """

    job_id: str
    description: str
    made_ms: int
    window: windows.Window | None = None
    lanes: Drawing | None = None
    influencers: Mapping[str, Sequence[tuple[str, float]]] | None = None
    count: int = 0
    records: Sequence[Document] = ()
    explained: Sequence[Explained] = ()


def gather(ports: Ports, job_id: str) -> Report:
    """The report of a job as it stands now; `errors.NoSuchJob`."""
    job = ports.jobs.get(job_id)
    extent, description = windows.extent(ports, job), job.config.get("description", "")
    if extent is None:
        return Report(job_id, description, ports.clock.now_ms())
    grid = windows.grid(extent, windows.span_ms(job))
    count, records = anomalies.anomalies(ports, [job.config], anomalies.Question(extent), Page(0, MOST_ROWS))
    return Report(
        job_id,
        description,
        ports.clock.now_ms(),
        extent,
        _lanes(ports, job, grid),
        swimlanes.top_influencers(ports, [job.config], grid),
        count,
        records,
        [_explained(ports, job, record) for record in records[:MOST_EXPLAINED]],
    )


def _lanes(ports: Ports, job: StoredJob, grid: windows.Grid) -> Drawing:
    fields = swimlanes.fields_of(job.config)
    found = swimlanes.by_field(ports, [job.config], fields[0], grid, LANES).lanes if fields else []
    overall = swimlanes.overall(ports, [job.job_id], grid)
    return Drawing(lanes.options(overall, found, grid, ink(dark=False)), lanes.height_px(found))


def _explained(ports: Ports, job: StoredJob, record: Document) -> Explained:
    of = ink(dark=False)
    return Explained(
        record,
        facts(record),
        Drawing(waterfall.options(record, of), waterfall.HEIGHT_PX),
        Drawing(picture(ports, job, record, of), evidence.HEIGHT_PX),
    )
