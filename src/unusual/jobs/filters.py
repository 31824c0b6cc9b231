"""Filters: named lists of values, kept for the rules of jobs; knows not where a rule holds."""

from collections.abc import Iterable

from unusual.analysis.control import Document
from unusual.errors import Conflict, Missing
from unusual.jobs import notifications
from unusual.jobs.ports import Ports
from unusual.jobs.selection import choose_named, is_concrete
from unusual.schema.filters import Filter, FilterUpdate
from unusual.schema.jobs import Job
from unusual.schema.names import check_agreement, check_id
from unusual.schema.options import FilterOptions

KIND = "filter"


def create(ports: Ports, filter_id: str, wanted: Filter) -> Document:
    """Store a new filter; `errors.Invalid` for its name, `errors.Taken` when that is in use."""
    check_agreement("filter_id", wanted.filter_id, check_id("filter_id", filter_id))
    document = wanted.model_copy(update={"filter_id": filter_id}).document()
    ports.configs.add(KIND, filter_id, document)
    return document


def find(ports: Ports, expression: str, options: FilterOptions) -> tuple[int, list[Document]]:
    """How many filters are meant in all, and those of the page, sorted by id; `Missing`, `errors.Invalid`."""
    if is_concrete(expression):
        options.refuse_page_of("filter_id")
    known = {document["filter_id"]: document for document in ports.configs.all(KIND)}
    found = [known[filter_id] for filter_id in _named(known, expression)]
    return len(found), found[options.page.start : options.page.start + options.page.size]


def update(ports: Ports, filter_id: str, change: FilterUpdate) -> Document:
    """Add and remove items, or describe the filter anew; `Missing`, `errors.Invalid` for an item it does not have."""
    with ports.changing:
        before = Filter.model_validate(_get(ports, filter_id))
        document = change.applied_to(before).document()
        ports.configs.put(KIND, filter_id, document)
    _tell(ports, filter_id, before.items, document["items"])
    return document


def delete(ports: Ports, filter_id: str) -> None:
    """Remove a filter; `Missing`, `Conflict` while the rules of a job refer to it."""
    with ports.changing:
        _get(ports, filter_id)
        users = _users(ports, filter_id)
        if users:
            raise Conflict(f"Cannot delete filter [{filter_id}] currently used by jobs [{', '.join(users)}]")
        ports.configs.delete(KIND, filter_id)


def _users(ports: Ports, filter_id: str) -> list[str]:
    """The jobs whose rules refer to a filter."""
    return [job.job_id for job in ports.jobs.all() if filter_id in scoped(Job.from_document(job.config))]


def _tell(ports: Ports, filter_id: str, before: Iterable[str], after: Iterable[str]) -> None:
    """Say to the jobs that use a filter what has become of it."""
    had, has = set(before), set(after)
    changes = (("added", has - had), ("removed", had - has))
    told = [f"{what} items: {sorted(items)}" for what, items in changes if items]
    for job_id in _users(ports, filter_id) if told else ():
        notifications.tell(ports, job_id, f"Filter [{filter_id}] has been modified; {', '.join(told)}")


def scoped(job: Job) -> set[str]:
    """The filters that the rules of a job refer to, whether they exist or not."""
    rules = (rule for detector in job.analysis_config.detectors for rule in detector.custom_rules)
    return {reference.filter_id for rule in rules for reference in rule.scope.values()}


def items_of(ports: Ports, filter_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The items of those of the filters that exist."""
    found = {filter_id: ports.configs.get(KIND, filter_id) for filter_id in filter_ids}
    return {filter_id: tuple(document["items"]) for filter_id, document in found.items() if document is not None}


def _get(ports: Ports, filter_id: str) -> Document:
    document = ports.configs.get(KIND, filter_id)
    if document is None:
        raise _missing(filter_id)
    return document


def _named(known: Iterable[str], expression: str) -> list[str]:
    return choose_named({name: {name} for name in known}, expression, _missing, allow_no_match=True)


def _missing(filter_id: str) -> Missing:
    return Missing(f"No filter with id [{filter_id}] exists")
