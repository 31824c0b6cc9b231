"""A new job over records from elsewhere: which of the server's connections, what is asked there, and its fields."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from nicegui import ui

from unusual.analysis.control import Document
from unusual.errors import Invalid
from unusual.ui.newjob.reading import Asked, filled_from, reading_row
from unusual.ui.parts import parts

NONE: Final = "This server knows no connection: its operator writes them into connections.toml in its data directory."


class Kind(NamedTuple):
    """What is asked of a connection of some type: what it is called, an example, and the datafeed it makes.

    feed   of the name of the connection and what was asked
    time   what the field with the time is called there, as a rule
    """

    asks: str
    example: str
    feed: Callable[[str, str], Document]
    time: str


def words(text: str) -> list[str]:
    """What stands between commas.

    >>> words("a, b c,")
    ['a', 'b c']
    """
    return [part.strip() for part in text.split(",") if part.strip()]


def _source(kind: str, **asked: object) -> Document:
    return {"source": {"type": kind, **asked}}


def _remote(name: str, text: str) -> Document:
    return {"indices": [f"{name}:{index}" for index in words(text)]}


_CLUSTER: Final = Kind("Indices", "logs-*", _remote, "@timestamp")
KINDS: Final[Mapping[str, Kind]] = {
    "sql": Kind(
        "Query",
        "SELECT at, price, shop FROM orders",
        lambda name, text: _source("sql", connection=name, query=text),
        "at",
    ),
    "files": Kind(
        "Paths", "load/*.csv", lambda name, text: _source("files", connection=name, paths=words(text)), "time"
    ),
    "prometheus": Kind(
        "Query",
        "rate(http_requests_total[5m])",
        lambda name, text: _source("prometheus", connection=name, query=text),
        "time",
    ),
    "kafka": Kind("Topic", "clicks", lambda name, text: _source("kafka", connection=name, topic=text), "time"),
    "elasticsearch": _CLUSTER,
    "opensearch": _CLUSTER,
}


async def show() -> None:
    """Nothing but a choice of connections, until one is chosen."""
    known = parts().connections
    if not known:
        ui.label(NONE).props("role=status")
        return
    ui.label("Records from one of the places that this server is connected to; a datafeed reads them for the job.")
    named = {name: f"{name} ({kind})" for name, kind in sorted(known.items())}
    box = ui.select(named, label="Connection").props("dense outlined").classes("w-full max-w-sm")
    filled_from(box, _asked)


async def _asked(name: str) -> None:
    kind = KINDS[parts().connections[name]]
    asks = ui.input(kind.asks, placeholder=kind.example).props("dense outlined").classes("w-full")
    with ui.row().classes("w-full gap-4"):
        time_field = ui.input("The field with the time", value=kind.time).props("dense outlined").classes("w-64")
        fields = ui.input("The other fields", placeholder="separated by commas, such as price, shop")
        fields.props("dense outlined").classes("grow")

    def asked() -> Asked:
        wanted = words(fields.value)
        for box, told in ((asks, asks.value.strip()), (time_field, time_field.value.strip()), (fields, wanted)):
            if not told:
                raise Invalid(f"[{box.props['label']}] is empty")
        return Asked(name, kind.feed(name, asks.value.strip()), time_field.value.strip(), wanted)

    reading_row(asked)
