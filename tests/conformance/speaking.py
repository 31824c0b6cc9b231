"""What most tests of a server say to it, in a line each; every answer is checked to be the good one."""

import json
from collections.abc import Iterable, Mapping

import httpx

JOBS = "/_ml/anomaly_detectors"
T0 = 1_609_459_200  # 2021-01-01, the start of a bucket of any usual span [s]
MEAN = {"function": "mean", "field_name": "load"}
COUNT = {"function": "count"}


def ok(response: httpx.Response):
    """The document of a good answer."""
    assert response.is_success, f"{response.status_code}: {response.text}"
    return response.json()


def refusal(response: httpx.Response, status: int = 400) -> str:
    """The innermost reason of an answer that refuses, in the form that clients understand."""
    document = response.json()
    assert response.status_code == status == document["status"], response.text
    assert {"type", "reason", "root_cause"} <= document["error"].keys()
    return document["error"]["root_cause"][0]["reason"]


def create(http: httpx.Client, job_id: str, *detectors, span: str = "5m", **analysis):
    """A new job whose records have their time, in epoch seconds, under `stamp`."""
    config = {"bucket_span": span, "detectors": detectors or [COUNT], **analysis}
    description = {"time_field": "stamp", "time_format": "epoch"}
    return ok(http.put(f"{JOBS}/{job_id}", json={"analysis_config": config, "data_description": description}))


def opened(http: httpx.Client, job_id: str) -> None:
    ok(http.post(f"{JOBS}/{job_id}/_open"))


def lines(records: Iterable[Mapping]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def post(http: httpx.Client, job_id: str, records: Iterable[Mapping]):
    """Send records; the counts of the upload."""
    return ok(http.post(f"{JOBS}/{job_id}/_data", content=lines(records)))


def flush(http: httpx.Client, job_id: str, **options):
    return ok(http.post(f"{JOBS}/{job_id}/_flush", **({"json": options} if options else {})))


def closed(http: httpx.Client, job_id: str, **options) -> None:
    ok(http.post(f"{JOBS}/{job_id}/_close", params=options))


def stats(http: httpx.Client, job_id: str):
    """The stats of one job."""
    return ok(http.get(f"{JOBS}/{job_id}/_stats"))["jobs"][0]


def results(http: httpx.Client, job_id: str, kind: str = "buckets", **options):
    """All results of a kind, in the order of the answer."""
    return ok(http.get(f"{JOBS}/{job_id}/results/{kind}", params={"size": 10_000, **options}))[kind]


def ticks(first: int, count: int, *, every: int = 60, **fields) -> list[dict]:
    """Records at even distances. first: seconds after T0."""
    return [{"stamp": T0 + first + number * every, **fields} for number in range(count)]
