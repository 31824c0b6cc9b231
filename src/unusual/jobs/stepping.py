"""What takes long, taken step by step so that the server can end in between; knows nothing of what is done."""

from collections.abc import Iterable

from unusual.errors import Stopping
from unusual.jobs.ports import Ports


def go_through(ports: Ports, steps: Iterable[object]) -> None:
    """Take one step after the other; `Stopping` between two of them once the server ends."""
    for _ in steps:
        if ports.stopping.is_set():
            raise Stopping("the server is being stopped before all was removed")
