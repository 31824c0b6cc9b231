"""Whether a job writes the bounds of its models; knows no models."""

from typing import ClassVar, Self

from pydantic import ConfigDict

from unusual.schema.values import Closed, Flag


class ModelPlotConfig(Closed):
    """Whether, and for which by or partition values, model bounds are written."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="model_plot_config")

    enabled: Flag = True
    terms: str | None = None
    annotations_enabled: Flag | None = None

    def completed(self) -> Self:
        """The same with `annotations_enabled` following `enabled` unless it was set."""
        follows = self.enabled if self.annotations_enabled is None else self.annotations_enabled
        return self.model_copy(update={"annotations_enabled": follows})

    @property
    def values(self) -> frozenset[str] | None:
        """The by or partition values that bounds are written for; None for all."""
        listed = frozenset(term.strip() for term in (self.terms or "").split(",")) - {""}
        return listed or None
