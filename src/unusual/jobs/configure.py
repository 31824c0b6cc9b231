"""The configuration of jobs: create, read, change, check; knows the rules between jobs, not those inside one."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Invalid, JobIdTaken, Refused, Taken
from unusual.jobs import datafeeds, notifications
from unusual.jobs.lifecycle import State
from unusual.jobs.limits import largest_memory_mib
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.selection import choose, is_concrete
from unusual.jobs.version import API_VERSION
from unusual.schema.detectors import Detector
from unusual.schema.given import given
from unusual.schema.jobs import Job
from unusual.schema.limits import MIB
from unusual.schema.reading import read

# The job as a candidate that has not been named yet.
UNNAMED: Final = "unnamed"


def create(ports: Ports, job_id: str, body: object, indices_options: Document | None = None) -> Document:
    """Store a new job, and the datafeed in it if there is one; the configuration with all defaults.

    indices_options  how the datafeed understands its indices, where it does not say so itself

    `errors.Invalid` and its kinds; `errors.Taken` when its name, or that of one of its groups, is in use.
    """
    job = _read(ports, body, job_id)
    document = job.document()
    with ports.changing:
        _require_own_names(ports.jobs.all(), job)
        feed = datafeeds.embedded(body, job, indices_options or {})
        if feed is not None:
            datafeeds.require_free(ports, feed)
        ports.jobs.add(StoredJob(document, State.CLOSED))
        if feed is not None:
            feed.keep(ports)
    notifications.tell(ports, job_id, "Job created")
    return document if feed is None else document | {"datafeed_config": feed.config}


def validate(ports: Ports, body: object) -> None:
    """Refuse what `create` would refuse, but for names in use."""
    datafeeds.embedded(body, candidate(ports, body), {})


def candidate(ports: Ports, body: object) -> Job:
    """The job that a request describes, without its datafeed; `errors.Invalid` and its kinds."""
    named = body.get("job_id") if isinstance(body, dict) else None
    return _read(ports, body, UNNAMED if named is None else str(named))


def validate_detector(body: object) -> None:
    """Refuse what `create` would refuse in a detector."""
    read(Detector, body, "detectors")


def fetch(
    ports: Ports, expression: str, *, allow_no_match: bool = True, exclude_generated: bool = False
) -> list[Document]:
    """Configurations of the selected jobs, sorted by id; `NoSuchJob` as in `choose`.

    With `exclude_generated` each of them is a body that `create` takes.
    """
    stored = {job.job_id: job for job in ports.jobs.all()}
    feeds = {feed.job_id: feed.shown(exclude_generated=exclude_generated) for feed in datafeeds.stored(ports).values()}
    return [
        (given(Job.from_document(stored[job_id].config)) if exclude_generated else stored[job_id].config)
        | ({"datafeed_config": feeds[job_id]} if job_id in feeds else {})
        for job_id in choose(stored.values(), expression, allow_no_match)
    ]


def update(ports: Ports, job_id: str, body: object) -> Document:
    """Change the configuration of one job; the new one.

    `NoSuchJob`; `errors.Invalid` and its kinds; `errors.Taken` when a new group has the name of a job.
    """
    if not is_concrete(job_id):
        raise Invalid(f"only one job can be updated at a time, not the selection [{job_id}]")
    with ports.changing:
        stored = ports.jobs.get(job_id)
        before = Job.from_document(stored.config)
        job = before.updated(body, largest_memory_mib=largest_memory_mib(ports))
        if isinstance(body, dict) and body.get("analysis_limits") is not None:
            _require_memory_changeable(stored, job)
        _require_own_names([other for other in ports.jobs.all() if other.job_id != job_id], job)
        document = job.document()
        ports.jobs.put(replace(stored, config=document))
    if isinstance(body, dict) and body:
        notifications.tell(ports, job_id, f"Job updated: [{', '.join(body)}]")
    feed = datafeeds.of_job(ports, job_id)
    return document if feed is None else document | {"datafeed_config": feed.config}


def _read(ports: Ports, body: object, job_id: str) -> Job:
    return Job.from_request(
        body,
        job_id=job_id,
        now_ms=ports.clock.now_ms(),
        version=API_VERSION,
        largest_memory_mib=largest_memory_mib(ports),
    )


def _require_own_names(others: Iterable[StoredJob], job: Job) -> None:
    """`Taken` where the job, or a group of it, has a name that other jobs use for something else."""
    for other in others:
        if other.job_id == job.job_id:
            raise JobIdTaken(job.job_id)
        for shared in {other.job_id} & set(job.groups) | {job.job_id} & set(other.config.get("groups", ())):
            raise Taken(
                f"job and group names must be unique but job [{shared}] and group [{shared}] have the same name"
            )


def _require_memory_changeable(stored: StoredJob, job: Job) -> None:
    if stored.state is not State.CLOSED:
        raise Refused("Cannot update analysis_limits while the job is open")
    usage = -(-stored.stats.get("model_size_stats", {}).get("model_bytes", 0) // MIB)
    if job.analysis_limits.memory_mib < usage:
        raise Refused(
            "model_memory_limit cannot be decreased below current usage; "
            f"current usage [{usage}mb], update had [{job.analysis_limits.memory_mib}mb]"
        )
