"""Whether the server is in upgrade mode, in which jobs are assigned to no worker; knows not how they are let go."""

from typing import Final

from unusual.errors import Unavailable
from unusual.jobs.ports import Ports

KIND: Final = "settings"
NAME: Final = "upgrade_mode"
UNASSIGNED: Final = "persistent task cannot be assigned while upgrade mode is enabled."


def is_on(ports: Ports) -> bool:
    """Whether upgrade mode is on; it stays so over restarts of the server."""
    return bool((ports.configs.get(KIND, NAME) or {}).get("enabled", False))


def switch(ports: Ports, *, enabled: bool) -> bool:
    """Remember whether upgrade mode is on; whether that is a change."""
    with ports.changing:
        changes = is_on(ports) is not enabled
        ports.configs.put(KIND, NAME, {"enabled": enabled})
    return changes


def require_off(ports: Ports, action: str) -> None:
    """`Unavailable` for an action, such as `job/open`, while upgrade mode is on."""
    if is_on(ports):
        raise Unavailable(f"Cannot perform cluster:admin/xpack/ml/{action} action while upgrade mode is enabled")
