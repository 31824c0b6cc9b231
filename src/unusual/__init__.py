"""Anomaly detection for metrics and logs: a server that speaks Elastic's REST API, a command, and this library.

>>> from unusual import Job, categorize
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unusual.categories import categorize
    from unusual.library import Job

__all__ = ["Job", "categorize"]


def __getattr__(name: str) -> object:
    """Load the library on first use: importing the package alone stays quick."""
    if name == "Job":
        from unusual.library import Job  # noqa: PLC0415 - the compiler and the frames are heavy

        return Job
    if name == "categorize":
        from unusual.categories import categorize  # noqa: PLC0415 - as above

        return categorize
    raise AttributeError(f"module 'unusual' has no attribute '{name}'")
