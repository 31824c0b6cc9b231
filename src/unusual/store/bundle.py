"""The ports over one database, opened and closed together; knows no dialect."""

from collections.abc import Callable
from dataclasses import dataclass

from unusual.jobs.journals import Journals
from unusual.jobs.ports import Configs, Documents, Jobs, Results, Snapshots
from unusual.store.configs import SqlConfigs
from unusual.store.counting import Counts
from unusual.store.database import Database
from unusual.store.documents import SqlDocuments
from unusual.store.jobs import SqlJobs
from unusual.store.results import SqlResults
from unusual.store.snapshots import SqlSnapshots


@dataclass(frozen=True)
class Store:
    """Everything a server keeps; `close` gives it back."""

    jobs: Jobs
    results: Results
    snapshots: Snapshots
    configs: Configs
    documents: Documents
    journals: Journals
    close: Callable[[], None]

    @classmethod
    def over(cls, database: Database, journals: Journals, close: Callable[[], None]) -> "Store":
        """The ports over a database whose tables exist, and over journals beside it."""
        counts = Counts(database)
        return cls(
            SqlJobs(database, counts),
            SqlResults(database, counts),
            SqlSnapshots(database),
            SqlConfigs(database),
            SqlDocuments(database),
            journals,
            close,
        )
