"""Options of the endpoints that list, describe and restore model snapshots; the same document in query and body."""

from typing import ClassVar

from pydantic import ConfigDict

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
