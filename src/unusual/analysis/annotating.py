"""Changes in how series go, as annotations; knows wording, not how a change is noticed."""

from collections.abc import Iterator
from typing import Final

from unusual.analysis.control import MODEL_CHANGE, Annotation
from unusual.analysis.detection import Concluded, Detection
from unusual.analysis.naming import feature_name, series_fields
from unusual.analysis.plan import Plan
from unusual.detect.features import Change

_WORDS: Final = {
    Change.LEVEL: "has shifted to another level",
    Change.SPREAD: "varies by another amount",
    Change.CLOCK: "comes an hour earlier or later than before",
}


def changes(plan: Plan, detection: Detection, concluded: Concluded) -> Iterator[Annotation]:
    """An annotation for every change noticed in concluded buckets."""
    span_ms = plan.span * 1000
    for detector, features in zip(plan.detectors, concluded.judged, strict=True):
        for number, judged in enumerate(features):
            if judged.changes is None:
                continue
            for row, what in zip(judged.changes.row.tolist(), judged.changes.what.tolist(), strict=True):
                start_ms = int(judged.bucket[row]) * span_ms
                text = f"{feature_name(detector, number)} {_WORDS[Change(what)]}"
                fields = series_fields(plan, detection, detector, int(judged.series[row]))
                told = {"detector_index": detector.index, **fields}
                yield Annotation(MODEL_CHANGE, text, start_ms, start_ms + span_ms, told)
