"""Options of the endpoints of model snapshots; where they may come in query or body, the same document in both."""

from typing import ClassVar

from pydantic import ConfigDict

from unusual.schema.durations import Duration
from unusual.schema.options.paging import Page, Window
from unusual.schema.values import Closed, Flag


class SnapshotOptions(Window):
    """Which model snapshots are listed."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="get_model_snapshots")

    sort: str = "timestamp"
    desc: Flag = True
    page: Page = Page()


class SnapshotUpdate(Closed):
    """A new description, or whether a snapshot outlives its retention."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="model_snapshot_update")

    description: str | None = None
    retain: Flag | None = None


class RevertOptions(Closed):
    """Whether going back to a snapshot removes what came after it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="revert_model_snapshot")

    delete_intervening_results: Flag = False


class UpgradeOptions(Closed):
    """Whether a client waits until a snapshot is upgraded, and for how long."""

    wait_for_completion: Flag = False
    timeout: Duration = Duration("30m")


class UpgradeStatsOptions(Closed):
    """Whether no upgrade under way is an answer."""

    allow_no_match: Flag = True
