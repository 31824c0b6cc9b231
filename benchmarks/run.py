"""Speed and memory of `unusual detect` on the seeded inputs, beside what the machine and other projects can do.

Writes RESULTS.md.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from cases import CASES, SHARED, NoGenerator, generate
from measure import Failed, Measured, Rates, measure, rates
from report import page, table, table_of_rates

HERE = Path(__file__).resolve().parent
LOGS = SHARED / "data" / "logs"
DOCS = 2_000_000


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", nargs="+", choices=sorted(CASES), default=sorted(CASES))
    parser.add_argument(
        "--docs", type=int, default=DOCS, help="documents a case (RESULTS.md is written for %(default)s)"
    )
    parser.add_argument("--tries", type=int, default=2, help="runs of the command, of which the best counts")
    parser.add_argument("--program", type=Path, default=Path(sys.executable).with_name("unusual"))
    return parser.parse_args()


def measured_cases(asked: argparse.Namespace) -> tuple[list[Measured], Rates, bool]:
    """What could be measured, also of others, and whether that is everything that was asked for."""
    measured: list[Measured] = []
    others: Rates = {}
    whole = True
    for key in asked.case:
        case = CASES[key]
        with tempfile.TemporaryDirectory() as folder:
            print(f"{case.title}: writing {asked.docs:,} documents", flush=True)
            source = generate(case, Path(folder), docs=asked.docs)
            print(f"{case.title}: measuring", flush=True)
            try:
                measured.append(measure(case, source, asked.program, tries=asked.tries))
                if case.value:
                    others[case.title] = rates(key, source)
            except Failed as problem:
                whole = False
                print(f"{case.title}: {problem}", flush=True)
    return measured, others, whole


def main() -> None:
    asked = arguments()
    try:
        measured, others, whole = measured_cases(asked)
    except NoGenerator as problem:
        raise SystemExit(str(problem)) from None
    if LOGS.is_dir():
        others["lines of logs"] = rates("logs", LOGS)
    if measured:
        print(f"\n{table(measured)}\n\n{table_of_rates(others)}\n")
    if not whole:
        raise SystemExit("not every case could be measured; RESULTS.md stays as it was")
    if asked.docs == DOCS:
        (HERE / "RESULTS.md").write_text(page(measured, others), encoding="utf-8")
        print(f"written: {HERE / 'RESULTS.md'}")


if __name__ == "__main__":
    main()
