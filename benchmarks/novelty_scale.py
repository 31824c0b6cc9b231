"""Measures how strong the channels of `kernels.novelty` get in noise, and writes kernels/novelty_scale.py.

Run it again whenever a channel, or anything below it, changes. No labels go in: the noises are those of `noises`.
"""

import math
import sys
from pathlib import Path

import numpy as np
from noises import NOISES
from numpy.typing import NDArray

from unusual.kernels.novelty import CHANNELS
from unusual.kernels.walk import BOTH, NOTHING, Block, Measure, Parts
from unusual.models.series import SeriesModel

SPAN, BUCKETS, SERIES = 900, 6000, 24  # of each noise
CHANGING = {"regimes"}  # in which something does happen
SETTLED = 1000  # buckets of which nothing is taken
BLOCK = 30  # buckets of which the strongest counts, as neighbours are strong together
PER_BUCKET = 0.85  # decades more that a strength is worth per bucket than per block; less than 30 for that reason
BELIEVED = (0.3, 0.1, 0.0, -0.6)  # decades that the channels are believed more or less than what noise says
SHARES = 10.0 ** -np.linspace(0.05, 3.3, 22)  # of blocks that are as strong, at the knots
LAST = 6  # knots that give the steepness beyond the last one
TARGET = Path(__file__).resolve().parents[1] / "src/unusual/kernels/novelty_scale.py"

HEAD = '''"""How strong the channels of novelty get in noise; written by benchmarks/novelty_scale.py.

KNOTS      (channels, knots)  strengths, rising
WORTH      (channels, knots)  -log10 of how often noise is as strong, per bucket
STEEPNESS  (channels,)        what more strength than the last knot adds
"""

import numpy as np

'''


def strongest() -> NDArray[np.float64]:
    """The greatest strengths of each channel in every block of every noise, (blocks, channels)."""
    blocks = []
    for name, noise in NOISES.items():
        if name in CHANGING:
            continue
        for seed in range(SERIES):
            values = noise(np.random.default_rng(seed), BUCKETS)
            settled = strengths(values)[SETTLED:]
            kept = settled[: settled.shape[0] // BLOCK * BLOCK]
            blocks.append(kept.reshape(-1, BLOCK, CHANNELS).max(axis=1))
    return np.concatenate(blocks)


def strengths(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(k, channels) of one series."""
    model = SeriesModel(SPAN)
    model.grow(1)
    size, nobody = values.size, np.zeros(0)
    grain = 0.5 if bool(np.all(values == np.rint(values))) else 0.0
    ones = np.ones(size)
    block = Block(np.arange(size), np.zeros(size, np.int64), values, ones, ones > 0.0)
    first = np.zeros(size, np.int64)
    parts = Parts(first, first, nobody, nobody, nobody, nobody, nobody)
    _, news = model.walk(Measure(SPAN, BOTH, grain, 96.0, NOTHING, math.inf), block, parts, teach=True)
    return np.asarray(news.strengths)


def main() -> int:
    """Measure and write."""
    blocks = strongest()
    rising = 1e-9 * np.arange(1, SHARES.size + 1)
    knots = np.maximum.accumulate(np.quantile(blocks, 1.0 - SHARES, axis=0) + rising[:, None], axis=0)
    worth = PER_BUCKET - np.log10(SHARES)[:, None] + np.array(BELIEVED)
    steepness = (worth[-1] - worth[-LAST]) / (knots[-1] - knots[-LAST])
    nothing = np.zeros((1, CHANNELS))
    tables = {
        "KNOTS": np.concatenate([nothing, knots]).T,
        "WORTH": np.concatenate([nothing, worth]).T,
        "STEEPNESS": steepness,
    }
    TARGET.write_text(HEAD + "".join(f"{name} = np.array({table(rows)})\n" for name, rows in tables.items()))
    return 0


def table(rows: NDArray[np.float64]) -> str:
    """The numbers as code, in lines that are not too long."""
    if rows.ndim == 1:
        return "[" + ", ".join(f"{number:.9g}" for number in rows) + "]"
    return "[\n" + "".join(f"    {table(row)},\n" for row in rows) + "]"


if __name__ == "__main__":
    sys.exit(main())
