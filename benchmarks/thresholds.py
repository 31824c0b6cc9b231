"""Detection at thresholds that were not chosen on what is scored: fixed ones, and those of the other folders of NAB.

Works on what the scorers load; the best threshold of a set flatters whoever is scored with it.
"""

from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from noises import NOISES

from unusual import Job

FIXED = (25, 50, 75)  # scores
NOISE_BUCKETS = 40_000
NOISE_SPAN = 900


class Found(NamedTuple):
    """What one threshold finds."""

    found: int
    events: int
    false_alarms: int
    rows: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall over events."""
        return 2 * self.found / max(self.found + self.false_alarms + self.events, 1)

    @property
    def false_alarms_per_1000(self) -> float:
        """False alarms per thousand rows."""
        return 1000 * self.false_alarms / max(self.rows, 1)


def peaks(scorer: ModuleType, series: list[Any], skip: float) -> dict[str, Any]:
    """Per series, its highest scores inside and outside of events."""
    cut = {one.name: scorer.first_row(skip, len(one.scores)) for one in series}
    return {one.name: scorer.peaks_of(one.labels[cut[one.name] :], one.scores[cut[one.name] :]) for one in series}


def found_at(scorer: ModuleType, some: list[Any], threshold: float) -> Found:
    """What a threshold finds in series given by their peaks."""
    score = scorer.event_score(some, threshold)
    return Found(score.found, score.events, score.false_alarms, sum(one.rows for one in some))


def events_by_other_folders(scorer: ModuleType, known: dict[str, Any]) -> Found:
    """Events of each folder at the threshold that is best for the events of the others."""
    parts = []
    for folder in folders(known):
        here = [one for name, one in known.items() if folder_of(name) == folder]
        others = [one for name, one in known.items() if folder_of(name) != folder]
        parts.append(found_at(scorer, here, scorer.event_score(others).threshold))
    return Found(*(sum(figures) for figures in zip(*parts, strict=True)))


def nab_by_other_folders(scorer: ModuleType, files: list[Any]) -> dict[str, float]:
    """NAB's score per profile, each folder at the threshold that is best for the others."""
    scores = {}
    for name, profile in scorer.PROFILES.items():
        points = 0.0
        for folder in folders(rows.name for rows in files):
            others = [rows for rows in files if folder_of(rows.name) != folder]
            threshold, _ = scorer.best_threshold(others, profile)
            here = [rows for rows in files if folder_of(rows.name) == folder]
            points += sum(scorer.score_file(rows, profile, threshold).points for rows in here)
        nothing = -profile.miss * sum(rows.windows for rows in files)
        perfect = profile.hit * sum(rows.labelled for rows in files)
        scores[name] = 100 * (points - nothing) / (perfect - nothing)
    return scores


def noise_alarms() -> dict[str, tuple[float, ...]]:
    """Per simulated noise, how many of a thousand buckets reach each fixed score."""
    alarms = {}
    for name, noise in NOISES.items():
        values = noise(np.random.default_rng(11), NOISE_BUCKETS)
        job = Job("mean(load)", bucket_span=f"{NOISE_SPAN}s")
        job.detect(pl.DataFrame({"time": np.arange(values.size) * NOISE_SPAN, "load": values}))
        scores = job.buckets["initial_anomaly_score"].to_numpy()
        alarms[name] = tuple(1000 * float(np.mean(scores >= fixed)) for fixed in FIXED)
    return alarms


def folders(names: Any) -> list[str]:  # noqa: ANN401 - any iterable of names
    """The folders that names of files begin with."""
    return sorted({folder_of(name) for name in names})


def folder_of(name: str) -> str:
    """The first part of a file's path."""
    return Path(name).parts[0]
