"""Which series of a job are plotted, so that every value of theirs gets bounds; knows no model and no document."""

import numpy as np

from unusual.analysis.entities import Entities
from unusual.analysis.plan import Plan
from unusual.detect.terms import having
from unusual.kernels.arrays import Flags
from unusual.kernels.walk import NO_SERIES
from unusual.schema.model_plot import ModelPlotConfig


def plotted_series(plan: Plan, entities: Entities, plot: ModelPlotConfig) -> list[Flags]:
    """Per detector, (S,) whether a series is plotted; (0,) when none is."""
    if not plot.enabled:
        return [NO_SERIES] * len(plan.detectors)
    answer = []
    for detector in plan.detectors:
        split = entities.splits[detector.source]
        fields = [entities.dictionaries[key.field] for key in plan.sources[detector.source].keys]
        everyone = np.ones(split.size, np.bool_)
        answer.append(everyone if plot.values is None else having(split, fields, plot.values))
    return answer
