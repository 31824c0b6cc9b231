"""Routes that show jobs, datafeeds and indices as tables for people; knows no alignment and no units."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from starlette.responses import PlainTextResponse

from unusual.analysis.control import Document
from unusual.api import tables
from unusual.api.answers import answer
from unusual.api.datafeed_columns import DATAFEED_COLUMNS
from unusual.api.declaring import call
from unusual.api.dependencies import FeedingHere, NodeHere, PortsHere
from unusual.api.index_columns import INDEX_COLUMNS
from unusual.api.job_columns import JOB_COLUMNS
from unusual.api.wire import query_of
from unusual.jobs.indices import numbered
from unusual.jobs.stats import job_stats
from unusual.schema.answers import Rows
from unusual.schema.options import DatafeedTableOptions, JobTableOptions, TableOptions

router = APIRouter(prefix="/_cat")

_STRUCTURED: Final = ("application/json", "application/yaml", "application/vnd.elasticsearch+")


@router.get("/ml/anomaly_detectors")
@router.get("/ml/anomaly_detectors/{job_id}")
@call("cat_jobs", Rows, text=True)
def jobs(
    request: Request,
    ports: PortsHere,
    node: NodeHere,
    options: Annotated[JobTableOptions, query_of(JobTableOptions)],
    job_id: str = "_all",
) -> Response:
    """The selected jobs and where they stand, a line each."""
    if options.explain:
        return PlainTextResponse(tables.explained(JOB_COLUMNS))
    found = job_stats(ports, node, job_id, allow_no_match=options.allow_no_match)
    return table(request, JOB_COLUMNS, found, options)


@router.get("/ml/datafeeds")
@router.get("/ml/datafeeds/{datafeed_id}")
@call("cat_datafeeds", Rows, text=True)
async def datafeeds(
    request: Request,
    feeding: FeedingHere,
    options: Annotated[DatafeedTableOptions, query_of(DatafeedTableOptions)],
    datafeed_id: str = "_all",
) -> Response:
    """The selected datafeeds and where they stand, a line each."""
    if options.explain:
        return PlainTextResponse(tables.explained(DATAFEED_COLUMNS))
    found = await feeding.stats(datafeed_id, allow_no_match=options.allow_no_match)
    return table(request, DATAFEED_COLUMNS, found, options)


@router.get("/indices")
@router.get("/indices/{index}")
@call("cat_indices", Rows, text=True)
def indices(
    request: Request, ports: PortsHere, options: Annotated[TableOptions, query_of(TableOptions)], index: str = "_all"
) -> Response:
    """Indices of documents and how many they have, a line each."""
    if options.explain:
        return PlainTextResponse(tables.explained(INDEX_COLUMNS))
    return table(request, INDEX_COLUMNS, numbered(ports, index), options)


def table(
    request: Request, columns: Sequence[tables.Column], documents: Iterable[Document], options: TableOptions
) -> Response:
    """The documents in the form that the client asks for: objects, or text."""
    if _structured(request):
        return answer(tables.objects(columns, documents, options))
    return PlainTextResponse(tables.text(columns, documents, options))


def _structured(request: Request) -> bool:
    wanted = request.query_params.get("format")
    if wanted is not None:
        return wanted.lower() in {"json", "yaml"}
    return request.headers.get("accept", "").startswith(_STRUCTURED)
