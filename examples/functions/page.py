"""Draws every example and writes docs/functions.md between its marks anew: `make docs`."""

import re
from pathlib import Path

import numpy as np
import tables
from drawing import draw
from events import EXAMPLES as OF_EVENTS
from running import SEED, Found, Run
from series import EXAMPLES as OF_SERIES

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE, PICTURES = DOCS / "functions.md", DOCS / "functions"
BLOCK = re.compile(r"(<!-- (?:table|picture): (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
WHOLE = 1000  # numbers from here on are told without decimals


def main() -> None:
    """Run, check, draw and write."""
    PICTURES.mkdir(exist_ok=True)
    blocks = {name: table() for name, table in tables.TABLES.items()}
    for make in OF_SERIES + OF_EVENTS:
        run = Run(make(np.random.default_rng(SEED)))
        run.check()
        name = run.example.name
        draw(run, PICTURES / f"{name}.svg")
        blocks[name] = told(run)
        print(f"{name}: found by {', '.join(sorted({found.function for found in run.loudest}))}")
    for old in {path for path in PICTURES.glob("*.svg") if path.stem not in blocks}:
        old.unlink()
    write(blocks)


def write(blocks: dict[str, str]) -> None:
    """Put each block between its marks; `SystemExit` when the page has other marks than there are blocks."""
    text = PAGE.read_text(encoding="utf-8")
    marks = {found[2] for found in BLOCK.finditer(text)}
    if marks != blocks.keys():
        raise SystemExit(f"{PAGE}: marks and examples differ by {', '.join(sorted(marks ^ blocks.keys()))}")
    PAGE.write_text(BLOCK.sub(lambda found: f"{found[1]}{blocks[found[2]]}\n{found[3]}", text), encoding="utf-8")


def told(run: Run) -> str:
    """A picture with what was planted and what was found, as Markdown."""
    example = run.example
    functions = list(dict.fromkeys(found.function for found in run.loudest))
    same = [name for name in tables.alike(functions) if name not in functions]
    found = "; ".join(
        _scores([one for one in run.loudest if one.at == planted.at]) for planted in sorted(example.planted)
    )
    picture = f"![What {', '.join(functions)} found](functions/{example.name}.svg)"
    lines = [picture, "", example.story, "", f"`{'`, `'.join(example.detectors)}`: {found}."]
    if same:
        lines.append(f"The same with {', '.join(f'`{name}`' for name in same)}.")
    return "\n".join(lines)


def _scores(those: list[Found]) -> str:
    """What was there instead of what, and how each function scored it."""
    actual, typical = ([_number(value) for value in side] for side in (those[0].actual, those[0].typical))
    scores = ", ".join(f"{found.score:.0f} by `{found.function}`" for found in those)
    return f"{', '.join(actual)} instead of {', '.join(typical)} scores {scores}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= WHOLE else f"{value:.3g}"


if __name__ == "__main__":
    main()
