"""Identifiers of jobs, groups and their like; knows no store, so uniqueness is not its matter."""

import re
from typing import Final

from unusual.errors import Invalid

_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9_\-.]*[a-z0-9])?", re.ASCII)
_LONGEST: Final = 64
_ALLOWED: Final = (
    "can contain lowercase alphanumeric (a-z and 0-9), hyphens or underscores; must start and end with alphanumeric"
)


def check_id(field: str, name: str) -> str:
    """The name itself; `errors.Invalid` when it cannot be a `field` such as `job_id`."""
    if name == "_all" or not _NAME.fullmatch(name):
        raise Invalid(f"Invalid {field}; '{name}' {_ALLOWED}")
    if len(name) > _LONGEST:
        kind = field.removesuffix("_id")
        raise Invalid(f"The {kind} id cannot contain more than {_LONGEST} characters.")
    return name


def check_group(name: str) -> str:
    """The name itself; `errors.Invalid` when it cannot name a group of jobs."""
    if name == "_all" or len(name) > _LONGEST or not _NAME.fullmatch(name):
        raise Invalid(
            f"Invalid group id '{name}'; must be non-empty string and may contain lowercase alphanumeric "
            f"(a-z and 0-9), hyphens or underscores; must start and end with alphanumeric"
        )
    return name


def check_agreement(field: str, given: object, url: str) -> None:
    """`errors.Invalid` when a body names another thing than the URL does."""
    if given is not None and given != url:
        raise Invalid(
            f"Inconsistent {field}; '{given}' specified in the body differs from '{url}' specified as a URL argument"
        )


def index_name(given: str) -> str:
    """How a results index asked for is kept: `shared`, or the name with `custom-` before it.

    >>> index_name("pumps")
    'custom-pumps'
    """
    if given == "shared":
        return given
    plain = given.removeprefix("custom-")
    if not _NAME.fullmatch(plain):
        raise Invalid(f"Invalid results_index_name; '{plain}' {_ALLOWED}")
    return f"custom-{plain}"
