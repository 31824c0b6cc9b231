"""`unusual categorize FILE`: the kinds of lines in a log, as a table or as JSON; knows printing, not categorization."""

import gzip
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, cast

import typer

from unusual.cli.printing import Output, print_lines
from unusual.errors import Invalid

if TYPE_CHECKING:
    from unusual.categorization.ledger import Category

AT_ONCE = 1 << 24  # bytes
MOST_ROWS = 60  # of a table
STANDARD_INPUT = Path("-")

FilePath = Annotated[
    Path, typer.Argument(help="One message a line, of any encoding; .gz is fine, - is the standard input.")
]
Shown = Annotated[int, typer.Option(min=0, help="Examples to keep of each category.")]
Printed = Annotated[Output, typer.Option(help="A table, or one JSON category a line and a summary as the last line.")]
LinesPath = Annotated[
    Path | None, typer.Option("--assignments", help="Also write the category of each line here, one number a line.")
]


def categorize(
    file: FilePath, examples: Shown = 4, output: Printed = Output.TABLE, assignments: LinesPath = None
) -> None:
    """Find the kinds of lines in a log.

    Example: unusual categorize /var/log/syslog --output json
    """
    from unusual.categorization.categorizer import Categorizer  # noqa: PLC0415 - the compiler is heavy

    started = time.perf_counter()
    categorizer = Categorizer(examples)
    lines, given = 0, []
    for block in _blocks(file):
        numbers = categorizer.assign(block)
        lines += numbers.size
        if assignments is not None:
            given.append(numbers)
    if assignments is not None:
        _write_lines(assignments, [number for numbers in given for number in categorizer.roots[numbers].tolist()])
    found = sorted(categorizer.definitions(), key=lambda category: (-category.num_matches, category.category_id))
    summary = {
        "lines": lines,
        "categories": len(found),
        "uncategorized": categorizer.failed,
        "seconds": round(time.perf_counter() - started, 3),
    }
    if output is Output.JSON:
        print_lines([*(category.told() for category in found), summary])
    else:
        _print_table(found, summary)


def _blocks(path: Path) -> Iterator[list[str]]:
    """The lines of a file, many at once; bytes that are no UTF-8 become marks of replacement."""
    if path != STANDARD_INPUT and not path.exists():
        raise Invalid(f"file '{path}' does not exist")
    try:
        with _opened(path) as file:
            while raw := file.read(AT_ONCE) + file.readline():
                lines = raw.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
                yield lines[:-1] if lines[-1] == "" else lines
    except (OSError, EOFError) as error:
        raise Invalid(f"file '{path}' cannot be read: {error}") from None


def _opened(path: Path) -> IO[bytes]:
    if path == STANDARD_INPUT:
        return sys.stdin.buffer
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _write_lines(path: Path, numbers: list[int]) -> None:
    try:
        path.write_text("".join(f"{number}\n" for number in numbers))
    except OSError as error:
        raise Invalid(f"file '{path}' cannot be written: {error}") from None


def _print_table(found: "list[Category]", summary: dict[str, Any]) -> None:
    from rich.console import Console  # noqa: PLC0415 - loaded only by who looks
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table("id", "lines", "template, and the first example below")
    for category in found[:MOST_ROWS]:
        told = Text(category.template, overflow="ellipsis", no_wrap=True)
        for example in category.examples[:1]:
            told.append(f"\n{example.strip()}", style="dim")
        table.add_row(str(category.category_id), f"{category.num_matches:,}", told)
    console = Console()
    console.print(table)
    if len(found) > MOST_ROWS:
        console.print(f"and {len(found) - MOST_ROWS:,} rarer ones")
    console.print(f"{summary['lines']:,} lines in {summary['categories']:,} categories ({summary['seconds']:.1f} s)")
