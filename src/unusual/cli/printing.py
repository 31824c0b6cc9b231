"""How findings are printed: the choice, and the form for programs; knows no findings."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import orjson
import typer


class Output(StrEnum):
    """A table for people, or lines of JSON for programs."""

    TABLE = "table"
    JSON = "json"


def print_lines(documents: Iterable[dict[str, Any]]) -> None:
    """One JSON object a line."""
    for document in documents:
        typer.echo(orjson.dumps(document))
