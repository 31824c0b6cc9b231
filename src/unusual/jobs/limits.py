"""What the settings of the whole server allow each job; knows no single job."""

from typing import Final

from unusual.jobs.ports import Ports
from unusual.schema.durations import parse_size
from unusual.schema.limits import MIB

# Where the server's settings are kept: `{"persistent": {name: value}, "transient": {name: value}}`, names in full.
SETTINGS_KIND: Final = "settings"
SETTINGS_NAME: Final = "cluster"
LARGEST_MEMORY: Final = "xpack.ml.max_model_memory_limit"


def largest_memory_mib(ports: Ports) -> int | None:
    """The most that one job may ask for, MiB; None without such a limit."""
    settings = ports.configs.get(SETTINGS_KIND, SETTINGS_NAME) or {}
    for scope in ("transient", "persistent"):
        size = settings.get(scope, {}).get(LARGEST_MEMORY)
        if size is not None:
            # A size of nothing is the words for no limit.
            return parse_size(str(size), LARGEST_MEMORY) // MIB or None
    return None
