"""How much faster two cores are than one: for one job, whose series are dealt out to lanes, and for two jobs.

Each run is `warm.py` in a process that is kept to its cores. The kinds of runs take turns, so that other work on the
machine meets them all, and the best of each counts. Two jobs with a core each, which share memory and nothing else,
tell what two cores are worth here at best.
"""

import argparse
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from cases import CASES, generate
from measure import warm

CORES: Final = ("0", "1")
BOTH: Final = ",".join(CORES)


def on(cores: str, key: str, source: Path) -> dict[str, float]:
    """What a case takes on some cores."""
    return warm(key, source, "taskset", "-c", cores)


def at_once(key: str, source: Path) -> float:
    """How long two jobs take at the same time, one on each core, the slower of them [s]."""
    with ThreadPoolExecutor(len(CORES)) as jobs:
        return max(answer["seconds"] for answer in jobs.map(lambda core: on(core, key, source), CORES))


def main() -> None:
    """Print a line for each case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", nargs="+", choices=sorted(CASES), default=["b3", "lat_long"])
    parser.add_argument("--docs", type=int, default=2_000_000, help="documents a case")
    parser.add_argument("--tries", type=int, default=5, help="runs of each kind, of which the best counts")
    asked = parser.parse_args()
    for key in asked.case:
        with tempfile.TemporaryDirectory() as folder:
            source = generate(CASES[key], Path(folder), docs=asked.docs)
            one, two, jobs = [], [], []
            for _ in range(asked.tries):
                one.append(on(CORES[0], key, source))
                two.append(on(BOTH, key, source))
                jobs.append(at_once(key, source))
        alone, both = (min(run["seconds"] for run in runs) for runs in (one, two))
        models = [min(run["models"] for run in runs) for runs in (one, two)]
        print(f"{CASES[key].title}: one core {alone:.2f} s, two {both:.2f} s: {alone / both:.2f} times as fast")
        if models[1]:
            print(f"  its models: {models[0]:.2f} s, {models[1]:.2f} s: {models[0] / models[1]:.2f} times")
        print(f"  two jobs, a core each: {2 * alone / min(jobs):.2f} times one", flush=True)


if __name__ == "__main__":
    main()
