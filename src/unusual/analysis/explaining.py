"""Why a record has its score: what each part of the verdict is worth, as the record tells it.

Knows what was judged and the scale of scores; knows no model, and of the job's past only what it took from the score.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from unusual.analysis.control import Document
from unusual.detect.features import Judged
from unusual.detect.functions import RARE, SAMPLED, Reading
from unusual.detect.precision import DIGITS
from unusual.kernels.novelty import SUSTAINED, worth
from unusual.kernels.ranking import LEAST, RARITIES, SCORES

PUREST: Final = 5.0  # impact of what only many buckets show; its negative where only one does
FEW: Final = math.sqrt(2.0)  # how much larger departures must be where half of the usual samples are missing


class Decades(NamedTuple):
    """How rare a value is, by which buckets show it: -log10 of how often noise is as strange.

    single   the bucket by itself
    lasting  the mean of the last buckets
    """

    single: float
    lasting: float


def explained(judged: Judged, row: int, reading: Reading, score: float) -> Document:
    """What a record says of how its score came about.

    row    which of the judged values it is
    score  of the record, as first given, 0..100

    The impacts in the explanation are points of the score. Their sum is the score, in whole points:

    * single bucket and multi bucket: what the value would score in a job that has seen nothing else, of which what the
      weaker of the two is worth is parted between both (L. S. Shapley, "A value for n-person games", 1953)
    * characteristics: what is taken from it, as the job has shown the like before or judges many values at a time
    """
    decades = _decades(judged, row)
    single, alone = _points(decades)
    own = round(single)
    impacts = {
        "single_bucket_impact": own,
        "multi_bucket_impact": round(alone) - own,
        "anomaly_characteristics_impact": round(score) - round(alone),
    }
    return {
        "multi_bucket_impact": round(_leaning(decades), DIGITS),
        "anomaly_score_explanation": {**impacts, **_circumstances(judged, row), **_expected(judged, row, reading)},
    }


def _decades(judged: Judged, row: int) -> Decades:
    """Of a model that knows nothing lasting, each bucket speaks for itself."""
    if judged.strengths is None:
        return Decades(float(judged.surprise[row]), 0.0)
    worths = [float(worth(channel, strength)) for channel, strength in enumerate(judged.strengths[row].tolist())]
    lasting = worths.pop(SUSTAINED)
    return Decades(max(worths), lasting)


def _leaning(decades: Decades) -> float:
    """From -5, one bucket shows all there is, to 5, only many together do: by how far each exceeds what is usual."""
    single, lasting = (max(0.0, part - LEAST) for part in decades)
    return PUREST * (lasting - single) / (lasting + single) if lasting + single > 0.0 else 0.0


def _points(decades: Decades) -> tuple[float, float]:
    """The share of the single bucket in what a value would score by itself, and that score."""
    single, lasting = (float(np.interp(part, RARITIES, SCORES)) for part in decades)
    alone = max(single, lasting)
    return 0.5 * (alone + single - lasting), alone


def _circumstances(judged: Judged, row: int) -> Document:
    """For how long the series has been unusual, and whether it had less to say than usual."""
    told: Document = {}
    if judged.spell is not None:
        told["anomaly_length"] = int(judged.spell[row])
    if judged.wider is not None:
        told["incomplete_bucket_penalty"] = bool(judged.wider[row] > FEW)
    if judged.modes is not None:
        told["multimodal_distribution"] = bool(judged.modes[row])
    return told


def _expected(judged: Judged, row: int, reading: Reading) -> Document:
    """What was usual, and to which side of it the value lies."""
    if judged.causes is not None or judged.actual.ndim > 1:
        return {}
    if reading.value in RARE:  # typical is the share of past buckets that had the value
        return {"by_field_first_occurrence": bool(judged.typical[row] == 0.0)}
    actual, typical = float(judged.actual[row]), float(judged.typical[row])
    told: Document = {"typical_value": typical}
    if reading.value not in SAMPLED and actual != typical:  # no time is above another one
        told["anomaly_type"] = "spike" if actual > typical else "dip"
    if judged.bounds is not None and not math.isnan(judged.bounds.low[row]):
        # What is typical is a mean of several predictions, and where they differ it need not lie where most values do.
        told["lower_confidence_bound"] = min(typical, float(judged.bounds.low[row]))
        told["upper_confidence_bound"] = max(typical, float(judged.bounds.high[row]))
    return told
