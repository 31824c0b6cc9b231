"""What made a member of a population unusual, as records tell it; knows wording, not detection."""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from unusual.analysis.control import Document
from unusual.detect.features import Judged

MOST: Final = 10  # causes told in a record
_OWN: Final = ("actual", "typical", "geo_results")  # of causes, and not of the record of a member
_SHARED: Final = ("probability", "function", "function_description", "field_name", *_OWN)


def told_by_causes(document: Document, judged: Judged, row: int, fields_of: Callable[[int], Document]) -> Document:
    """The record of a member: values stand in its causes, of which there is one unless the function has several.

    document   the record of a value with its own actual and typical value
    row        which of the judged values it is
    fields_of  the splitting fields of a series, under their roles
    """
    shared = {name: document[name] for name in _SHARED if name in document}
    causes = [shared | fields_of(int(judged.series[row]))]
    if judged.causes is not None:
        causes = [shared | fields_of(series) | own for series, own in _several(judged, row)] or causes
    return {name: value for name, value in document.items() if name not in _OWN} | {"causes": causes}


def _several(judged: Judged, row: int) -> Iterator[tuple[int, Document]]:
    """The series that are causes of one value, and what is known of each."""
    causes = judged.causes
    if causes is None:
        return
    start, end = np.searchsorted(causes.row, [row, row + 1])
    for at in range(start, min(end, start + MOST)):
        yield (
            int(causes.series[at]),
            {
                "probability": float(causes.share[at]),
                "actual": [float(causes.actual[at])],
                "typical": [float(causes.typical[at])],
            },
        )
