"""Which jobs an expression means: ids, group names, lists, wildcards, `_all`; knows no store."""

from collections.abc import Callable, Collection, Iterable, Mapping

from unusual.errors import Missing, NoSuchJob
from unusual.jobs.ports import StoredJob
from unusual.schema.wildcards import fits

EVERYTHING = ("", "_all", "*")


def choose(
    jobs: Iterable[StoredJob],
    expression: str,
    allow_no_match: bool,  # noqa: FBT001 - always the option of that name
) -> list[str]:
    """Ids of the selected jobs, sorted, none twice; `NoSuchJob` where a part of the expression must match but does not.

    A concrete name must always exist; a wildcard or `_all` only when `allow_no_match` is false.
    """
    return choose_named(_members(jobs), expression, NoSuchJob, allow_no_match=allow_no_match)


def choose_named(
    members: Mapping[str, set[str]], expression: str, missing: Callable[[str], Missing], *, allow_no_match: bool
) -> list[str]:
    """The same for anything that has names; `missing` is what is raised.

    members  every name that can be asked for, and what it stands for
    """
    chosen: set[str] = set()
    # Nothing at all means everything, but nothing between two commas means nothing.
    parts = [part for part in map(str.strip, expression.split(",")) if part] if expression else ["_all"]
    for part in parts:
        found = _matching(members, part)
        if not found and not (allow_no_match and _is_pattern(part)):
            raise missing(part)
        chosen |= found
    return sorted(chosen)


def is_concrete(expression: str) -> bool:
    """Whether the expression can only mean one thing.

    >>> is_concrete("ferry"), is_concrete("ferry-*"), is_concrete("a,b")
    (True, False, False)
    """
    return "," not in expression and not _is_pattern(expression)


def _is_pattern(part: str) -> bool:
    return part in EVERYTHING or "*" in part


def _members(jobs: Iterable[StoredJob]) -> dict[str, set[str]]:
    """Every name that can be asked for, ids and groups, and the jobs it stands for."""
    members: dict[str, set[str]] = {}
    for job in jobs:
        for name in (job.job_id, *job.config.get("groups", ())):
            members.setdefault(name, set()).add(job.job_id)
    return members


def _matching(members: Mapping[str, set[str]], part: str) -> set[str]:
    if part in EVERYTHING:
        return _union(members.values())
    if "*" not in part:
        return members.get(part, set())
    return _union(jobs for name, jobs in members.items() if fits(name, part))


def _union(sets: Iterable[Collection[str]]) -> set[str]:
    return set[str]().union(*sets)
