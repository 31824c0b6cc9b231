"""Forms met before and the category each had then, so that they need not be compared again; decides nothing."""

from typing import Any

import numpy as np

from unusual.kernels.logcounts import Known, remember, remember_all

MOST = 1 << 18  # forms
FEWEST = 1 << 10  # there is room for at first
A_FORM = 24  # bytes, of two slots


class Remembered:
    """A table of forms that grows up to a bound and is then emptied but for the form that each category began with."""

    def __init__(self, most_bytes: int) -> None:
        """Nothing is known; most_bytes: about how much memory it may take, room for a few forms there always is."""
        self._most = 1 << (max(FEWEST, min(MOST, most_bytes // A_FORM)).bit_length() - 1)
        self._births = np.zeros(0, np.uint64)
        self._forget()

    @property
    def table(self) -> Known:
        """What is known, for kernels to read."""
        return self._table

    @property
    def bytes(self) -> int:
        """How much memory it takes."""
        return self._table.hashes.nbytes + self._table.categories.nbytes + self._births.nbytes

    @property
    def growth(self) -> int:
        """How much more memory it may come to take, but for what each category takes of it."""
        return A_FORM * self._most - self._table.hashes.nbytes - self._table.categories.nbytes

    def begin(self, form: np.uint64) -> None:
        """The next category begins with a form."""
        self._births = np.append(self._births, form)

    def remember(self, form: np.uint64, category: int) -> None:
        """A form is of a category."""
        if 2 * self._size >= self._table.hashes.size:
            if self._table.hashes.size < 2 * self._most:
                self._widen()
            else:
                self._forget()
        self._size += remember(self._table, form, category)

    def _forget(self) -> None:
        self._table = _empty(2 * self._births.size)
        self._size = remember_all(self._table, self._births, np.arange(1, self._births.size + 1, dtype=np.int32))

    def _widen(self) -> None:
        used = np.flatnonzero(self._table.hashes)
        known, self._table = self._table, _empty(2 * self._size)
        remember_all(self._table, known.hashes[used], known.categories[used])

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        used = np.flatnonzero(self._table.hashes)
        return {
            "births": self._births,
            "slots": self._table.hashes.size,
            "forms": self._table.hashes[used],
            "categories": self._table.categories[used],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken."""
        self._births = state["births"].copy()
        self._table = Known(np.zeros(state["slots"], np.uint64), np.zeros(state["slots"], np.int32))
        self._size = remember_all(self._table, state["forms"], state["categories"])


def _empty(forms: int) -> Known:
    """A table with room for so many forms, of whose slots half stay empty."""
    slots = 1 << (2 * max(forms, FEWEST) - 1).bit_length()
    return Known(np.zeros(slots, np.uint64), np.zeros(slots, np.int32))
