"""Measured cases as a table for people; knows nothing of how they were measured."""

import os
import platform
import sqlite3
from collections.abc import Sequence
from importlib.metadata import version

from measure import Measured, Rates

HEADINGS = (
    "case",
    "documents",
    "bucket x series",
    "result rows",
    "docs/s",
    "peak memory",
    "limit docs/s",
    "fraction of limit",
    "warm docs/s",
    "warm fraction of limit",
)
PARTS = ("unusual", "numpy", "numba", "polars", "orjson", "sqlalchemy")
BESIDE = """## Beside others

Detectors and log parsers of other projects on the same bucket values and lines, by their own code as installed, one
value after the other unless it says otherwise; parsing and grouping are left out. They do less: none finds its seasons
by itself, makes scores alike, blames influencers or makes results.

"""
OTHERS = ("river", "stumpy", "statsforecast", "drain3")


def cells(one: Measured) -> tuple[str, ...]:
    """One row of the table."""
    return (
        one.case.title,
        f"{one.documents:,}",
        f"{one.groups:,}",
        f"{one.results:,}",
        f"{one.documents / one.seconds:,.0f}",
        f"{one.peak_bytes / 2**20:,.0f} MiB",
        f"{one.documents / one.limit:,.0f}",
        f"{one.fraction:.3f}",
        f"{one.documents / one.warm:,.0f}",
        f"{one.warm_fraction:.3f}",
    )


def table(measured: list[Measured]) -> str:
    """A Markdown table of the cases."""
    return _markdown([HEADINGS, *(cells(one) for one in measured)])


def table_of_rates(rates: Rates) -> str:
    """A Markdown table of what other projects reach on the same input, and how much faster this one's first is."""
    rows = [("input", "what", "values or lines/s", "the first one is so many times as fast")]
    for given, found in rates.items():
        first = next(iter(found.values()))
        rows += [(given, name, f"{one:,.0f}", f"{first / one:,.2f}") for name, one in found.items()]
    return _markdown(rows)


def _markdown(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "| " + " | ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def machine(others: Sequence[str] = ()) -> str:
    """What the figures were measured with, other projects included that were measured beside this one."""
    parts = ", ".join(f"{name} {version(name)}" for name in (*PARTS, *others))
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {parts}; "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores."
    )


def page(measured: list[Measured], rates: Rates) -> str:
    """The whole of RESULTS.md."""
    return f"""# Speed and memory

Written by `make bench`; each case in one run: the command `unusual detect` from start to end (interpreter, compiled
code from its cache, parsing, analysis, results), then the same from bytes to results that are durable in SQLite once
everything is loaded and compiled ("warm"), then the limit on the same file.

The limit is the time Polars takes to parse the file and group it by (bucket, entity), plus the time plain `executemany`
takes to insert as many rows as the job gave results. A fraction of 1 would be the limit itself.

{table(measured)}

{BESIDE}{table_of_rates(rates)}

{machine(OTHERS)}
"""
