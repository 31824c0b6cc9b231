"""What all answers have in common; knows no particular one."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, RootModel


class Answer(BaseModel):
    """A frozen document that a server wrote: what it says beyond the fields here is kept in `model_extra`."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow", frozen=True, protected_namespaces=())


class Named(Answer):
    """An answer that also has fields under names that clients chose: those of their own records, ids, indices."""

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """The value under a name that the type does not know; `KeyError` without one."""
        return (self.model_extra or {})[name]


class Rows(RootModel[tuple[dict[str, Any], ...]]):
    """A plain list of objects."""

    def __len__(self) -> int:
        return len(self.root)

    def __getitem__(self, place: int) -> dict[str, Any]:
        """One of the objects."""
        return self.root[place]
