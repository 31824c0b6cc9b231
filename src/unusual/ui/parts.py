"""What pages reach the use cases through; knows where the composition put them, not how they were made."""

from collections.abc import Mapping
from typing import Protocol

from nicegui import app as pages
from starlette.applications import Starlette

from unusual.jobs.feeding import Feeding
from unusual.jobs.node import Node
from unusual.jobs.ports import Ports
from unusual.jobs.running import Running
from unusual.jobs.upkeep import Upkeep


class Parts(Protocol):
    """The use cases of a server that pages need."""

    @property
    def ports(self) -> Ports:
        """Where everything is kept."""

    @property
    def running(self) -> Running:
        """Jobs at work."""

    @property
    def feeding(self) -> Feeding:
        """Datafeeds at work."""

    @property
    def upkeep(self) -> Upkeep:
        """Snapshots, and what is past its days."""

    @property
    def node(self) -> Node:
        """The server itself."""

    @property
    def connections(self) -> Mapping[str, str]:
        """The places that datafeeds can read from besides the server's own indices: names with their types."""


def serve(server: Starlette) -> None:
    """Let the pages of this process be those of a server, which puts its parts into its state when it starts."""
    pages.state.server = server


def parts() -> Parts:
    """The use cases of the server that shows the page."""
    server: Starlette = pages.state.server
    found: Parts = server.state.parts
    return found
