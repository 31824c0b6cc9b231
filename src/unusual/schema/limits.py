"""How much memory and how many examples a job may keep; knows nothing of what needs them."""

from typing import Annotated, ClassVar, Final, Self, TypeAlias

from pydantic import BeforeValidator, ConfigDict

from unusual.errors import Invalid
from unusual.schema.durations import parse_size
from unusual.schema.values import Closed, Natural

DEFAULT_MEMORY_MIB: Final = 1024
MIB: Final = 1 << 20


def _whole_mebibytes(value: object) -> object:
    """A number of mebibytes, or a size, as `<n>mb`; other types are left for the type check to refuse."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return value
    mebibytes = value if isinstance(value, int) else parse_size(value, "model_memory_limit") // MIB
    if mebibytes < 1:
        raise Invalid(f"model_memory_limit must be at least 1 MiB. Value = {mebibytes}")
    return f"{mebibytes}mb"


MemoryLimit: TypeAlias = Annotated[str, BeforeValidator(_whole_mebibytes)]


class AnalysisLimits(Closed):
    """What a job may use; the memory limit is kept as `<n>mb`."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="analysis_limits")

    model_memory_limit: MemoryLimit = f"{DEFAULT_MEMORY_MIB}mb"
    categorization_examples_limit: Natural = 4

    @property
    def memory_mib(self) -> int:
        """The memory limit in mebibytes."""
        return int(self.model_memory_limit.removesuffix("mb"))

    def within(self, largest_mib: int | None) -> Self:
        """These limits under the server's own: a chosen limit above it is `errors.Invalid`, a default gives way."""
        if largest_mib is None or self.memory_mib <= largest_mib:
            return self
        if "model_memory_limit" in self.model_fields_set:
            raise Invalid(
                f"model_memory_limit [{size_text(self.memory_mib)}] must be less than the value of the "
                f"xpack.ml.max_model_memory_limit setting [{size_text(largest_mib)}]"
            )
        return self.model_copy(update={"model_memory_limit": f"{largest_mib}mb"})


def size_text(mebibytes: int) -> str:
    """A number of mebibytes in the largest unit that keeps it whole.

    >>> size_text(2048)
    '2gb'
    """
    for unit in ("mb", "gb"):
        if mebibytes % 1024:
            return f"{mebibytes}{unit}"
        mebibytes //= 1024
    return f"{mebibytes}tb"
