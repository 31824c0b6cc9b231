"""Anomaly detection for metrics and logs: a server that speaks Elastic's REST API, its client, a library, a command.

>>> from unusual import AsyncClient, Client, Job, categorize
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unusual.categories import categorize
    from unusual.client.clients import AsyncClient, Client
    from unusual.library import Job

__all__ = ["AsyncClient", "Client", "Job", "categorize"]


def __getattr__(name: str) -> object:
    """Load what is asked for on first use, as the compiler and frames are heavy: importing the package stays quick."""
    places = {
        "AsyncClient": "unusual.client.clients",
        "Client": "unusual.client.clients",
        "Job": "unusual.library",
        "categorize": "unusual.categories",
    }
    if name not in places:
        raise AttributeError(f"module 'unusual' has no attribute '{name}'")
    return getattr(import_module(places[name]), name)
