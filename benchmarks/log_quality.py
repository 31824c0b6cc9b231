"""Grouping accuracy on labelled logs, for `make quality`: one default setting for all, messages and whole lines.

A line gets the number its category has at the end of the log; `at once` is the number given when the line came.
"""

import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scorers import scorer

from unusual.categorization.categorizer import Categorizer

KINDS = {"messages": ".messages", "whole lines": ".log"}
REPEATED = 100  # times the lines of a system are given to measure speed


class Logs(NamedTuple):
    """Results per system of each kind of lines and numbers, and lines a second of one core per system."""

    results: dict[str, list[Any]]
    speeds: dict[str, float]


def score_logs(shared: Path, folder: Path) -> Logs:
    """Write groups into `folder` and print the scorer's tables. shared: the folder of labelled data and scorers."""
    scoring, data = scorer(shared, "log_score"), shared / "data" / "logs"
    systems = sorted(path.stem for path in data.glob("*.labels"))
    results = {}
    for kind, ending in KINDS.items():
        for when in ("at the end", "at once"):
            groups = folder / f"{kind} {when}"
            groups.mkdir(parents=True)
            for system in systems:
                numbers = numbers_of(lines_of(data / f"{system}{ending}"), final=when == "at the end")
                (groups / f"{system}.groups").write_text("".join(f"{number}\n" for number in numbers))
            found = results[f"{kind}, {when}"] = scoring.evaluate(data, groups)
            print(f"\n== logs, {kind}, {when}\n" + scoring.table(found), flush=True)
    print("\n== logs, lines/s of one core, whole lines")
    speeds = {system: speed(lines_of(data / f"{system}.log")) for system in systems}
    for system, lines in speeds.items():
        print(f"{system:12s} {lines:9,.0f}")
    return Logs(results, speeds)


def lines_of(path: Path) -> list[str]:
    """The lines of a text file; only newlines separate lines."""
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def numbers_of(lines: list[str], *, final: bool) -> list[int]:
    """The category of each line."""
    categorizer = Categorizer()
    numbers = categorizer.assign(lines)
    found: list[int] = (categorizer.roots[numbers] if final else numbers).tolist()
    return found


def speed(lines: list[str]) -> float:
    """Lines a second of processor time, learning included."""
    many = np.random.default_rng(7).permutation(np.array(lines * REPEATED, object)).tolist()
    categorizer = Categorizer()
    started = time.process_time()
    categorizer.assign(many)
    return len(many) / (time.process_time() - started)
