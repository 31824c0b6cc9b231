"""What the models expected, bucket by bucket, as documents beside what came; knows wording, not detection."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import orjson

from unusual.analysis.control import Document, Result
from unusual.analysis.detection import Concluded, Detection
from unusual.analysis.naming import feature_name, series_fields
from unusual.analysis.plan import DetectorPlan, Plan
from unusual.analysis.subjects import subjects_of
from unusual.detect.features import Bounds, Judged
from unusual.kernels.arrays import Flags

KIND: Final = "model_plot"


def plots(plan: Plan, detection: Detection, concluded: Concluded) -> Iterator[Result]:
    """A document of every concluded value of the plotted series whose model knew enough to have bounds."""
    for detector, features, plotted in zip(plan.detectors, concluded.judged, concluded.plotted, strict=True):
        for number, judged in enumerate(features):
            if judged.bounds is not None and plotted.size:
                yield from _of_feature(plan, detection, (detector, number), judged, judged.bounds, plotted)


def _of_feature(
    plan: Plan, detection: Detection, of: tuple[DetectorPlan, int], judged: Judged, bounds: Bounds, plotted: Flags
) -> Iterator[Result]:
    detector, number = of
    fixed = {
        "job_id": plan.job_id,
        "result_type": KIND,
        "bucket_span": plan.span,
        "detector_index": detector.index,
        "model_feature": feature_name(detector, number),
    }
    rows = np.flatnonzero(plotted[judged.series] & ~np.isnan(bounds.low))
    median = np.clip(judged.typical[rows], bounds.low[rows], bounds.high[rows])
    columns = (judged.bucket[rows], judged.series[rows], bounds.low[rows], bounds.high[rows], median)
    known: dict[int, Document] = {}
    table = zip(*(column.tolist() for column in (*columns, judged.actual[rows])), strict=True)
    for bucket, series, low, high, middle, actual in table:
        if series not in known:
            known[series] = fixed | series_fields(plan, detection, detector, series)
        timestamp = bucket * plan.span * 1000
        document = known[series] | {
            "timestamp": timestamp,
            "model_lower": low,
            "model_upper": high,
            "model_median": middle,
            "actual": actual,
        }
        entity = f"{detector.index}:{number}:{series}"
        body, subjects = orjson.dumps(document), subjects_of(known[series])
        yield Result(KIND, timestamp, entity, 0.0, is_interim=False, body=body, subjects=subjects)
