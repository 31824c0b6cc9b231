"""The columns of the table of indices; knows no form of a table."""

from typing import Final

from unusual.api.tables import Column

INDEX_COLUMNS: Final = (
    Column("health", "health", ("h",), "whether it can be read and written", shown=True),
    Column("status", "status", ("s",), "whether it is open", shown=True),
    Column("index", "index", ("i", "idx"), "its name", shown=True),
    Column("pri", "primaries", ("p", "shards.primary"), "how many parts it has", shown=True),
    Column("rep", "replicas", ("r", "shards.replica"), "how many copies of them there are", shown=True),
    Column("docs.count", "documents", ("dc", "docsCount"), "documents in it", shown=True),
    Column("creation.date", "created", ("cd",), "when it was made, ms"),
)
