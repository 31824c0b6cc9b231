"""Grouping accuracy on labelled logs, for `make quality`: one default setting for all, messages and whole lines.

A line gets the number its category has at the end of the log; `at once` is the number given when the line came.
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from unusual.categorization.categorizer import Categorizer

KINDS = {"messages": ".messages", "whole lines": ".log"}
REPEATED = 100  # times the lines of a system are given to measure speed


def score_logs(shared: Path, folder: Path) -> None:
    """Write groups into `folder` and print the scorer's tables. shared: the folder of labelled data and scorers."""
    data = shared / "data" / "logs"
    systems = sorted(path.stem for path in data.glob("*.labels"))
    for kind, ending in KINDS.items():
        for when in ("at the end", "at once"):
            groups = folder / f"{kind} {when}"
            groups.mkdir(parents=True)
            for system in systems:
                numbers = numbers_of(lines_of(data / f"{system}{ending}"), final=when == "at the end")
                (groups / f"{system}.groups").write_text("".join(f"{number}\n" for number in numbers))
            print(f"\n== logs, {kind}, {when}", flush=True)
            scorer = str(shared / "quality" / "log_score.py")
            subprocess.run([sys.executable, scorer, "--data", str(data), "--groups", str(groups)], check=True)
    print("\n== logs, lines/s of one core, whole lines")
    for system in systems:
        print(f"{system:12s} {speed(lines_of(data / f'{system}.log')):9,.0f}")


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
