"""What is asked when the memory of a job is to be estimated; knows no formula."""

from typing import Annotated, ClassVar, TypeAlias

from pydantic import ConfigDict, Field

from unusual.schema.analysis_config import AnalysisConfig
from unusual.schema.values import Closed, Natural

Cardinalities: TypeAlias = dict[str, Natural]


class EstimateRequest(Closed):
    """An analysis, and how many values its fields have: over all data for splits, in one bucket for influencers."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="estimate_model_memory")

    analysis_config: AnalysisConfig
    overall_cardinality: Annotated[Cardinalities, Field(default_factory=dict)]
    max_bucket_cardinality: Annotated[Cardinalities, Field(default_factory=dict)]
