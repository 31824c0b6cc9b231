"""Lines in, category numbers out, learning as it goes; knows nothing of jobs, documents, disk or clock.

One pass that never looks ahead, as Drain (He et al., ICWS 2017): a line is scanned to its form, a table gives the
category of nearly every form at once, and only a form met for the first time is compared with others.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from unusual.categorization.ledger import Category, Ledger
from unusual.categorization.lines import bytes_of
from unusual.categorization.templates import HOLE, Join, Templates
from unusual.categorization.vocabulary import lexicon
from unusual.kernels.compiled import Ints, Shorts
from unusual.kernels.logcounts import Known, Lines, remember, resolve
from unusual.kernels.logforms import MOST_WORDS, VALUE, Form, form_of, hash_forms

EXAMPLES = 4
LONGEST_EXAMPLE = 1000  # characters
MOST_CATEGORIES = 10_000
MOST_KNOWN = 1 << 18  # forms remembered, so that they need not be compared again
AT_ONCE = 1 << 16  # lines


class Categorizer:
    """Learns categories of lines.

    >>> categorizer = Categorizer()
    >>> categorizer.assign(["User bob left after 5 s", "Disk full", "User eve left after 12 s", "Disk full"])
    array([1, 2, 3, 2], dtype=int32)
    """

    def __init__(self, examples: int = EXAMPLES, most_categories: int = MOST_CATEGORIES) -> None:
        """examples: to keep of each category; most_categories: there may ever be, further lines get category 0."""
        self._most = min(most_categories, MOST_KNOWN // 2)
        self._ledger = Ledger(examples)
        self._templates = Templates()
        self._births = np.zeros(0, np.uint64)  # the form that each category began with
        self._form = Form(
            np.zeros(MOST_WORDS, np.uint64),
            np.zeros(MOST_WORDS, np.int64),
            np.zeros(MOST_WORDS, np.int64),
            np.zeros(MOST_WORDS, np.uint8),
        )
        self._forget()

    def assign(self, lines: Sequence[str | None] | pl.Series) -> Shorts:
        """The category of each line (m,), from 1; 0 for missing ones, and for new ones once there are too many.

        The answer is the category at the time of the line; `roots` tells what it has become part of since.
        """
        parts = [self._block(lines[first : first + AT_ONCE]) for first in range(0, len(lines), AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros(0, np.int32)

    def _block(self, lines: Sequence[str | None] | pl.Series) -> Shorts:
        text, offsets, missing = bytes_of(lines)
        size = missing.size
        block = Lines(text, offsets, np.empty(size, np.uint64), np.empty(size, np.int32), np.empty(size, np.int64))
        hash_forms(text, offsets, lexicon(), self._form, block.forms)
        block.forms[missing] = 0
        line, shown = resolve(self._known, self._ledger.tally, block, 0, LONGEST_EXAMPLE)
        while True:
            self._show(block, block.examples[:shown])
            if line == size:
                return block.categories
            self._meet(block, line)
            line, shown = resolve(self._known, self._ledger.tally, block, line, LONGEST_EXAMPLE)

    def _show(self, block: Lines, examples: Ints) -> None:
        for line in examples.tolist():
            raw = block.text[block.offsets[line] : block.offsets[line + 1]][: 4 * LONGEST_EXAMPLE].tobytes()
            example = raw.decode("utf-8", "replace")[:LONGEST_EXAMPLE]
            self._ledger.show(int(block.categories[line]), example)

    def _meet(self, block: Lines, line: int) -> None:
        """Find the category of a form met for the first time."""
        form = self._form
        count = form_of(block.text, block.offsets[line], block.offsets[line + 1], lexicon(), form)
        words, kinds = form.words[:count].copy(), form.kinds[:count].copy()
        if self._ledger.newest >= self._most:
            category = self._templates.find(words) or 0
        else:
            place = self._templates.place(words, kinds, self._ledger.matches)
            category = place.category
            if category > self._ledger.newest:
                self._births = np.append(self._births, block.forms[line])
                self._ledger.add(self._words(block, count))
            if place.joins:
                self._join(place.joins, self._words(block, count))
        self._remember(block.forms[line], category)

    def _join(self, joins: tuple[Join, ...], words: list[str | None]) -> None:
        for join in joins:
            shape = [None if origin == HOLE else words[origin] for origin in join.origins.tolist()]
            self._ledger.join(join.categories, shape)

    def _words(self, block: Lines, count: int) -> list[str | None]:
        spans = zip(self._form.words, self._form.starts.tolist(), self._form.ends.tolist(), strict=True)
        return [
            None if word == VALUE else block.text[start:end].tobytes().decode("utf-8", "replace")
            for word, start, end in list(spans)[:count]
        ]

    def _remember(self, form: np.uint64, category: int) -> None:
        if self._remembered >= MOST_KNOWN:
            self._forget()
        self._remembered += remember(self._known, form, category)

    def _forget(self) -> None:
        """Remember only the form each category began with; the others are found again when they come."""
        self._known = Known(np.zeros(2 * MOST_KNOWN, np.uint64), np.zeros(2 * MOST_KNOWN, np.int32))
        for number, form in enumerate(self._births, start=1):
            remember(self._known, form, number)
        self._remembered = self._births.size

    @property
    def roots(self) -> Shorts:
        """The category that each number ever given stands for now; index 0 is 0."""
        return self._ledger.roots

    @property
    def failed(self) -> int:
        """Lines that came when there were too many categories and fitted none."""
        return int(self._ledger.tally.matches[0])

    def definitions(self) -> list[Category]:
        """All categories that are not part of another, by number."""
        return self._ledger.categories()

    def state(self) -> dict[str, Any]:
        """Everything learnt: nested dictionaries and lists of arrays, numbers and texts."""
        used = np.flatnonzero(self._known.hashes)
        return {
            "layout": 1,
            "births": self._births,
            "forms": self._known.hashes[used],
            "categories": self._known.categories[used],
            "ledger": self._ledger.state(),
            "templates": self._templates.state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken; the settings must be the same."""
        self._births = state["births"].copy()
        self._ledger.restore(state["ledger"])
        self._templates.restore(state["templates"])
        self._forget()
        for form, category in zip(state["forms"], state["categories"].tolist(), strict=True):
            self._remembered += remember(self._known, form, category)
