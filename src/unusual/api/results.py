"""Routes that read results: buckets, records, influencers, categories, overall buckets; knows no store."""

from typing import Annotated

from fastapi import APIRouter, Response

from unusual.api.answers import answer, listing
from unusual.api.declaring import call
from unusual.api.dependencies import PortsHere
from unusual.api.wire import options_of
from unusual.jobs import reading
from unusual.jobs.overall import overall_buckets
from unusual.schema.answers import Buckets, Categories, Influencers, OverallBuckets, Records
from unusual.schema.options import (
    BucketOptions,
    CategoryOptions,
    InfluencerOptions,
    OverallBucketOptions,
    RecordOptions,
)

router = APIRouter(prefix="/anomaly_detectors/{job_id}/results")


@router.get("/buckets")
@router.post("/buckets")
@router.get("/buckets/{timestamp}")
@router.post("/buckets/{timestamp}")
@call("get_buckets", Buckets)
def buckets(
    ports: PortsHere,
    job_id: str,
    options: Annotated[BucketOptions, options_of(BucketOptions)],
    timestamp: str | None = None,
) -> Response:
    """A page of buckets, or one."""
    return listing("buckets", *reading.buckets(ports, job_id, options.at(timestamp)))


@router.get("/records")
@router.post("/records")
@call("get_records", Records)
def records(ports: PortsHere, job_id: str, options: Annotated[RecordOptions, options_of(RecordOptions)]) -> Response:
    """A page of records."""
    return listing("records", *reading.records(ports, job_id, options))


@router.get("/influencers")
@router.post("/influencers")
@call("get_influencers", Influencers)
def influencers(
    ports: PortsHere,
    job_id: str,
    options: Annotated[InfluencerOptions, options_of(InfluencerOptions)],
) -> Response:
    """A page of influencers."""
    return listing("influencers", *reading.influencers(ports, job_id, options))


@router.get("/categories")
@router.post("/categories")
@router.get("/categories/{category_id}")
@router.post("/categories/{category_id}")
@call("get_categories", Categories)
def categories(
    ports: PortsHere,
    job_id: str,
    options: Annotated[CategoryOptions, options_of(CategoryOptions)],
    category_id: str | None = None,
) -> Response:
    """A page of categories, or one."""
    return listing("categories", *reading.categories(ports, job_id, category_id, options))


@router.get("/overall_buckets")
@router.post("/overall_buckets")
@call("get_overall_buckets", OverallBuckets)
def overall(
    ports: PortsHere,
    job_id: str,
    options: Annotated[OverallBucketOptions, options_of(OverallBucketOptions)],
) -> Response:
    """The buckets of several jobs drawn together."""
    found = overall_buckets(ports, job_id, options)
    return answer({"count": len(found), "overall_buckets": found})
