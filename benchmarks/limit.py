"""The least time a case can take on this machine: parse, group, and insert the result rows; prints it as JSON.

A program of its own, so that its memory does not count in the process that measures.
"""

import argparse
import json
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import polars as pl

ROW_BYTES = 195
ROWS_IN_TRANSACTION = 1_000
TRIES = 3

Given = TypeVar("Given")


def schema(entity: str | None, value: str | None) -> dict[str, pl.DataType]:
    """The columns the job needs."""
    columns: dict[str, pl.DataType] = {"time": pl.Int64()}
    if entity:
        columns[entity] = pl.String()
    if value:
        columns[value] = pl.Float64()
    return columns


def parse_and_group(source: Path, entity: str | None, value: str | None, span: int) -> int:
    """Read the file and tally every (bucket, entity) with Polars; how many there are."""
    rows = pl.read_ndjson(source, schema=schema(entity, value))
    keys = [(pl.col("time") // span).alias("bucket"), *([pl.col(entity)] if entity else [])]
    tallies = [pl.len().alias("count"), *([pl.col(value).mean()] if value else [])]
    return rows.group_by(keys).agg(tallies).height


def insert(rows: int) -> None:
    """Insert result rows with plain executemany into SQLite with a write-ahead log."""
    body = b"x" * ROW_BYTES
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "limit.db")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE results (job, kind, time, entity, score, body)")
        for first in range(0, rows, ROWS_IN_TRANSACTION):
            numbers = range(first, min(first + ROWS_IN_TRANSACTION, rows))
            batch = [("bench", "record", number, "entity", 50.0, body) for number in numbers]
            with database:
                database.executemany("INSERT INTO results VALUES (?, ?, ?, ?, ?, ?)", batch)
        database.close()


def best(work: Callable[[], Given]) -> tuple[float, Given]:
    """The shortest of a few tries [s], and what the work gave."""
    seconds = []
    for _ in range(TRIES):
        start = perf_counter()
        given = work()
        seconds.append(perf_counter() - start)
    return min(seconds), given


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--entity")
    parser.add_argument("--value")
    parser.add_argument("--span", type=int, required=True)
    parser.add_argument("--rows", type=int, required=True)
    asked = parser.parse_args()
    parsing, groups = best(lambda: parse_and_group(asked.source, asked.entity, asked.value, asked.span))
    inserting, _ = best(lambda: insert(asked.rows))
    print(json.dumps({"parse_and_group": parsing, "insert": inserting, "groups": groups}))


if __name__ == "__main__":
    main()
