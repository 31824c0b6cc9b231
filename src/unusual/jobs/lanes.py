"""The port that tells scores side by side, by subject and time; knows no document."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True)
class Scope:
    """The results of one job and kind in [start_ms, end_ms) with a positive score of at least `least`."""

    job_id: str
    kind: str
    start_ms: int
    end_ms: int
    least: float = 0.0


class Lane(NamedTuple):
    """How anomalous one subject was."""

    subject: str
    highest: float


class Cell(NamedTuple):
    """The highest score of one subject in one cell of time, numbered from 0; the subject of all is ''."""

    subject: str
    number: int
    highest: float


class Lanes(Protocol):
    """Scores side by side, by subject and time; the documents stay where they are."""

    def highest(self, scope: Scope, field: str, most: int, containing: str = "") -> list[Lane]:
        """The subjects of a field with the highest scores, those first.

        containing  what the value has in it, whether in large or small letters
        """

    def cells(self, scope: Scope, width_ms: int, subjects: Sequence[str]) -> list[Cell]:
        """Time is cut into cells from the start of the scope on: those of some subjects that have results."""

    def whole(self, scope: Scope, width_ms: int) -> list[Cell]:
        """The cells of all results together, whomever they are about."""

    def known(self, job_id: str, kind: str, field: str, most: int, containing: str = "") -> list[str]:
        """Some of the subjects of a field that there are results of, in order, whatever their scores."""
