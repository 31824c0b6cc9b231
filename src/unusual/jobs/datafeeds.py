"""The configuration of datafeeds: create, read, change, remove; knows the rules between feeds and jobs, runs none."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Conflict, Invalid, NoSuchDatafeed, Taken
from unusual.jobs.ports import Ports
from unusual.jobs.selection import choose_named
from unusual.schema.datafeeds import Datafeed, defaulted
from unusual.schema.jobs import Job

KIND: Final = "datafeed"
# What is kept of the runs of a datafeed, under its name.
RUNS: Final = "datafeed_run"
TIMINGS: Final = "datafeed_timing"


@dataclass(frozen=True)
class StoredFeed:
    """A datafeed as it is kept.

    config     the configuration as clients see it
    defaulted  the parts of it that no client has given
    """

    config: Document
    defaulted: tuple[str, ...]

    @property
    def datafeed_id(self) -> str:
        """Its name."""
        name: str = self.config["datafeed_id"]
        return name

    @property
    def job_id(self) -> str:
        """The job it feeds."""
        name: str = self.config["job_id"]
        return name

    def shown(self, *, exclude_generated: bool) -> Document:
        """The configuration, without what the server filled in if so wished."""
        hidden = self.defaulted if exclude_generated else ()
        return {name: value for name, value in self.config.items() if name not in hidden}

    def keep(self, ports: Ports) -> None:
        """Store it."""
        ports.configs.put(KIND, self.datafeed_id, {"config": self.config, "defaulted": list(self.defaulted)})


def stored(ports: Ports) -> dict[str, StoredFeed]:
    """Every datafeed by its id, sorted."""
    kept = [StoredFeed(one["config"], tuple(one["defaulted"])) for one in ports.configs.all(KIND)]
    return {feed.datafeed_id: feed for feed in kept}


def named(ports: Ports, datafeed_id: str) -> StoredFeed:
    """One datafeed; `NoSuchDatafeed`."""
    kept = ports.configs.get(KIND, datafeed_id)
    if kept is None:
        raise NoSuchDatafeed(datafeed_id)
    return StoredFeed(kept["config"], tuple(kept["defaulted"]))


def choose(names: Iterable[str], expression: str, *, allow_no_match: bool) -> list[str]:
    """Ids of the selected datafeeds, sorted; `NoSuchDatafeed` where a part must match but does not."""
    return choose_named({name: {name} for name in names}, expression, NoSuchDatafeed, allow_no_match=allow_no_match)


def create(ports: Ports, datafeed_id: str, body: object) -> Document:
    """Store a new datafeed; its configuration with all defaults.

    `errors.Invalid` and its kinds; `NoSuchJob`; `Conflict` when the job has one; `Taken` for an id in use.
    """
    with ports.changing:
        job_id = body.get("job_id") if isinstance(body, dict) else None
        if isinstance(body, dict) and not isinstance(job_id, str):
            raise Invalid("A job_id must be set")
        feed = asked(datafeed_id, body, _job(ports, str(job_id)))
        require_free(ports, feed)
        feed.keep(ports)
    return feed.config


def asked(datafeed_id: str, body: object, job: Job) -> StoredFeed:
    """The datafeed that a request describes, not stored yet; `errors.Invalid` and its kinds."""
    config = Datafeed.from_request(body, datafeed_id=datafeed_id, job=job).document()
    return StoredFeed(config, defaulted(body if isinstance(body, dict) else {}))


def require_free(ports: Ports, feed: StoredFeed) -> None:
    """`Conflict` when the job of a new datafeed has one already, `Taken` when its id is in use."""
    for other in stored(ports).values():
        if other.job_id == feed.job_id:
            raise Conflict(f"A datafeed [{other.datafeed_id}] already exists for job [{feed.job_id}]")
        if other.datafeed_id == feed.datafeed_id:
            raise Taken(f"A datafeed with id [{feed.datafeed_id}] already exists")


def embedded(body: object, job: Job, indices_options: Document) -> StoredFeed | None:
    """The datafeed inside the request for a job, None without one; `errors.Invalid` and its kinds."""
    inner = body.get("datafeed_config") if isinstance(body, dict) else None
    if inner is None:
        return None
    told = inner.get("job_id") if isinstance(inner, dict) else None
    if told is not None and told != job.job_id:
        raise Invalid(f"datafeed job_id [{told}] does not equal job id [{job.job_id}]")
    datafeed_id = inner.get("datafeed_id") if isinstance(inner, dict) else None
    return asked(str(datafeed_id or job.job_id), with_options(inner, indices_options), job)


def with_options(body: object, indices_options: Document) -> object:
    """A request whose query said how indices are understood, if its body did not."""
    if not isinstance(body, dict) or not indices_options or body.get("indices_options") is not None:
        return body
    return body | {"indices_options": indices_options}


def fetch(
    ports: Ports, expression: str, *, allow_no_match: bool = True, exclude_generated: bool = False
) -> list[Document]:
    """Configurations of the selected datafeeds, sorted by id; `NoSuchDatafeed` as in `choose`."""
    feeds = stored(ports)
    chosen = choose(feeds, expression, allow_no_match=allow_no_match)
    return [feeds[name].shown(exclude_generated=exclude_generated) for name in chosen]


def update(ports: Ports, datafeed_id: str, body: object) -> Document:
    """Change one datafeed, which does not run; its new configuration. `NoSuchDatafeed`, `errors.Invalid`."""
    with ports.changing:
        before = named(ports, datafeed_id)
        feed = Datafeed.from_document(before.config).updated(body, job=_job(ports, before.job_id))
        still = defaulted(body if isinstance(body, dict) else {})
        after = StoredFeed(feed.document(), tuple(name for name in before.defaulted if name in still))
        after.keep(ports)
    return after.config


def of_job(ports: Ports, job_id: str) -> StoredFeed | None:
    """The datafeed of a job, None without one."""
    return next((feed for feed in stored(ports).values() if feed.job_id == job_id), None)


def forget(ports: Ports, datafeed_id: str) -> None:
    """Remove a datafeed that does not run, with all that is kept of its runs."""
    for kind in (KIND, RUNS, TIMINGS):
        ports.configs.delete(kind, datafeed_id)


def _job(ports: Ports, job_id: str) -> Job:
    return Job.from_document(ports.jobs.get(job_id).config)
