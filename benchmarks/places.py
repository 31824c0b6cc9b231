"""Writes the seeded input of the geographic case: every courier reports its place once per bucket; knows no job.

Each courier has a depot and moves about it by some kilometres; every 20th bucket after the 50th puts five of them
300 kilometres away. Rows are in time order, as `{"time", "host", "place"}` with `place` as `latitude,longitude`.
"""

import argparse
from pathlib import Path

import numpy as np
import polars as pl

EPOCH, BUCKET = 1_700_006_400, 900  # [s]
COURIERS = 1_000
SPREAD, FAR = 0.02, 3.0  # [degrees]


def couriers(docs: int) -> pl.DataFrame:
    """One row per courier and bucket, as many buckets as give about `docs` rows."""
    rng = np.random.default_rng(105)
    buckets = max(1, docs // COURIERS)
    depots = np.stack([rng.uniform(-60, 60, COURIERS), rng.uniform(-170, 170, COURIERS)], axis=1)
    places = depots + rng.normal(0, SPREAD, (buckets, COURIERS, 2))
    for bucket in range(60, buckets, 20):
        places[bucket, rng.integers(0, COURIERS, 5), 0] += FAR
    seconds = np.sort(rng.integers(0, BUCKET, (buckets, COURIERS)), axis=1)
    rows = pl.DataFrame(
        {
            "time": (EPOCH + BUCKET * np.arange(buckets)[:, None] + seconds).ravel(),
            "host": np.tile(np.arange(COURIERS), buckets),
            "latitude": places[..., 0].ravel(),
            "longitude": places[..., 1].ravel(),
        }
    )
    host = pl.format("courier_{}", pl.col("host").cast(pl.String).str.zfill(4))
    place = pl.format("{},{}", pl.col("latitude").round(4), pl.col("longitude").round(4))
    return rows.select("time", host=host, place=place)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("to", type=Path, help="the NDJSON file to write")
    parser.add_argument("--docs", type=int, default=2_000_000)
    asked = parser.parse_args()
    couriers(asked.docs).write_ndjson(asked.to)


if __name__ == "__main__":
    main()
