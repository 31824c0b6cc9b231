"""A job that is being thought of, as the request that would make it and what it is going to need; knows no browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from unusual.analysis.control import Document
from unusual.jobs.estimation import estimated_mib, expected_bytes
from unusual.schema.estimation import EstimateRequest
from unusual.schema.expressions import detector_of
from unusual.schema.limits import MIB
from unusual.schema.readable import readable_size
from unusual.schema.reading import read
from unusual.ui.newjob.profile import Kind, Profile

MLCATEGORY: Final = "mlcategory"
TIME_FORMAT: Final = "epoch_ms"  # as records are posted
SPARE: Final = 2  # times the memory that is expected


@dataclass(frozen=True)
class Draft:
    """What somebody has chosen. detectors: each as a line of text; categorized: the field with lines of text."""

    job_id: str
    detectors: Sequence[str]
    span: str
    time_field: str
    influencers: Sequence[str] = ()
    categorized: str | None = None

    def body(self, limit_mib: int) -> Document:
        """The request that makes the job; `errors.Invalid` for a detector that cannot be read.

        limit_mib  how much memory it is given
        """
        return {
            "analysis_config": self.analysis(),
            "analysis_limits": {"model_memory_limit": f"{limit_mib}mb"},
            "data_description": {"time_field": self.time_field, "time_format": TIME_FORMAT},
            "model_plot_config": {"enabled": True},
        }

    def analysis(self) -> Document:
        """Its `analysis_config`."""
        detectors = [detector_of(text) for text in self.detectors]
        by_category = any(MLCATEGORY in detector.values() for detector in detectors)
        texts = {"categorization_field_name": self.categorized} if by_category and self.categorized else {}
        analysis: Document = {
            "bucket_span": self.span,
            "detectors": detectors,
            "influencers": [*self.influencers],
        }
        return analysis | texts

    def fields(self, known: Sequence[str]) -> list[str]:
        """Those of the known fields that are posted."""
        analysis = self.analysis()
        named = {value for detector in analysis["detectors"] for value in detector.values()}
        wanted = named | {self.time_field, *self.influencers, analysis.get("categorization_field_name")}
        return [field for field in known if field in wanted]


@dataclass(frozen=True)
class Needs:
    """How much memory a job is going to take.

    formula_mib     by the formula that clients know
    expected_bytes  what its models are going to take here, None where that is not known
    """

    formula_mib: int
    expected_bytes: int | None

    @property
    def limit_mib(self) -> int:
        """What the job is given: never less than twice what is expected."""
        return max(self.formula_mib, -(-SPARE * (self.expected_bytes or 0) // MIB))

    @property
    def told(self) -> str:
        """As people read it."""
        here = self.expected_bytes
        rather = "" if here is None else f", its models are going to take about {readable_size(here)}"
        return f"Memory limit {self.limit_mib}mb: the published formula says {self.formula_mib}mb{rather}."


def needs(draft: Draft, found: Sequence[Profile]) -> Needs:
    """What the job is going to need; `errors.Invalid` for a draft that is no job."""
    distinct = {one.field: one.distinct for one in found if one.kind is not Kind.TIME}
    asked = {"analysis_config": draft.analysis(), "overall_cardinality": distinct, "max_bucket_cardinality": distinct}
    request = read(EstimateRequest, asked, "estimate_model_memory")
    return Needs(estimated_mib(request), expected_bytes(request))
