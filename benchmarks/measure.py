"""One case measured: the limit of the machine and the command's own time and memory; knows no table.

Loads next to nothing: a child's peak memory starts at its parent's, so the parent stays small.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import IO

from cases import Case

from unusual.workers.process import THREADS

LIMIT = Path(__file__).with_name("limit.py")
WARM = Path(__file__).with_name("warm.py")
PEERS = Path(__file__).with_name("peers.py")


Rates = dict[str, dict[str, float]]  # by input, then by what was measured: values or lines a second


class Failed(Exception):
    """The measured command did not end well; the text is the last thing it said."""


@dataclass(frozen=True)
class Ended:
    """What a finished command answered and took."""

    answer: dict[str, float]
    seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Measured:
    """One case: times in seconds.

    inside   what the command itself counts, without the start of the interpreter
    warm     from bytes to results that are durable in SQLite, once everything is loaded and compiled
    parsing  parse and group, part of the limit
    inserting  insertion of as many result rows, the other part
    """

    case: Case
    documents: int
    groups: int
    results: int
    records: int
    seconds: float
    inside: float
    warm: float
    peak_bytes: int
    parsing: float
    inserting: float

    @property
    def limit(self) -> float:
        """The least time possible here [s]."""
        return self.parsing + self.inserting

    @property
    def fraction(self) -> float:
        """How near the limit the command came, 1 at the limit."""
        return self.limit / self.seconds

    @property
    def warm_fraction(self) -> float:
        """The same once everything is loaded and compiled."""
        return self.limit / self.warm


def run(command: list[str], environment: Mapping[str, str] = os.environ) -> Ended:
    """Run a command to its end; its answer is the JSON on its last line of output."""
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        start = perf_counter()
        child = subprocess.Popen(command, stdout=said, stderr=complained, env=environment)
        _, status, used = os.wait4(child.pid, 0)
        seconds = perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise Failed(f"ended with {child.returncode}: {_last_line(complained)}")
        return Ended(json.loads(_last_line(said)), seconds, used.ru_maxrss * 1024)


def warm(key: str, source: Path, *before: str) -> dict[str, float]:
    """What a case takes in a process such as a worker is, warmed up. before: what the command is given to."""
    return run([*before, sys.executable, str(WARM), key, str(source)], THREADS | os.environ).answer


def measure(case: Case, source: Path, program: Path, *, tries: int) -> Measured:
    """Best of some tries of the command, and of the engine and the store, then the limit on the same file."""
    ended = min((run(case.command(program, source)) for _ in range(tries)), key=lambda one: one.seconds)
    results = int(ended.answer["results"])
    best = min(warm(case.key, source)["seconds"] for _ in range(tries))
    columns = [*(["--entity", case.entity] if case.entity else []), *(["--value", case.value] if case.value else [])]
    sizes = ["--span", str(case.span), "--rows", str(results)]
    limit = run([sys.executable, str(LIMIT), str(source), *columns, *sizes]).answer
    return Measured(
        case=case,
        documents=int(ended.answer["documents"]),
        groups=int(limit["groups"]),
        results=results,
        records=int(ended.answer["records"]),
        seconds=ended.seconds,
        inside=ended.answer["seconds"],
        warm=best,
        peak_bytes=ended.peak_bytes,
        parsing=limit["parse_and_group"],
        inserting=limit["insert"],
    )


def rates(key: str, source: Path) -> dict[str, float]:
    """Values, or lines, a second of this project and of others, by what they are called."""
    return run([sys.executable, str(PEERS), key, str(source)]).answer


def _last_line(file: IO[bytes]) -> str:
    file.seek(0)
    lines = file.read().decode().strip().splitlines()
    return lines[-1] if lines else "(nothing said)"
