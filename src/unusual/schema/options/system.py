"""Options of the endpoints of the server as a whole; the same document in query and body."""

from typing import ClassVar

from pydantic import ConfigDict

from unusual.schema.durations import Duration
from unusual.schema.values import Closed, Flag, Number


class MemoryOptions(Closed):
    """How long a client waits for memory stats, which this server has at hand."""

    timeout: Duration = Duration("30s")
    master_timeout: Duration = Duration("30s")


class UpgradeModeOptions(Closed):
    """Whether upgrade mode is to be on, and how long a client waits for it."""

    enabled: Flag = False
    timeout: Duration = Duration("30s")
    master_timeout: Duration = Duration("30s")


class TaskOptions(Closed):
    """Whether a client waits for a call that goes on after its answer, and for how long."""

    wait_for_completion: Flag = False
    timeout: Duration = Duration("30s")


class ExpiryOptions(Closed):
    """How long a deletion of expired data may take, and how many documents may go in a second; -1 for no limit."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="delete_expired_data")

    timeout: Duration = Duration("8h")
    requests_per_second: Number = -1.0


class SettingsOptions(Closed):
    """How the settings of the server are shown, and how long a client waits for them."""

    flat_settings: Flag = False
    include_defaults: Flag = False
    timeout: Duration = Duration("30s")
    master_timeout: Duration = Duration("30s")
