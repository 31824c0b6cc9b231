"""Lines in, category numbers out, learning as it goes; knows nothing of jobs, documents, disk or clock.

One pass that never looks ahead, as Drain (He et al., ICWS 2017): a line is scanned to its form, a table gives the
category of nearly every form at once, and only a form met for the first time is compared with others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import polars as pl

from unusual.categorization import remembered
from unusual.categorization.ledger import NOBODY, Category, Ledger
from unusual.categorization.lines import bytes_of
from unusual.categorization.remembered import Remembered
from unusual.categorization.templates import HOLE, Join, Templates
from unusual.categorization.vocabulary import lexicon
from unusual.kernels.arrays import Bytes, Ints, Shorts
from unusual.kernels.logcounts import Lines, resolve
from unusual.kernels.logforms import MOST_WORDS, VALUE, Form, hash_forms, read_form
from unusual.models.rows import grown

EXAMPLES = 4
LONGEST_EXAMPLE = 1000  # characters
MOST_CATEGORIES = 10_000
AT_ONCE = 1 << 16  # lines
UNBOUNDED = 1 << 62
FOR_FORMS = 4  # one part in so many of the memory is for forms remembered
SPREAD = 0x9E3779B97F4A7C14  # even, so that no form becomes 0

Texts: TypeAlias = Sequence[str | None] | pl.Series


@dataclass(frozen=True)
class Block:
    """Lines on their way: as they came, what of them is compared, and whose they are.

    text, offsets  what is compared, as in `lines`
    partitions     (m,)
    """

    lines: Lines
    text: Bytes
    offsets: Ints
    partitions: Ints

    def span(self, line: int) -> tuple[Bytes, int, int]:
        """What is compared of one line: the bytes, and where it begins and ends."""
        return self.text, int(self.offsets[line]), int(self.offsets[line + 1])


class Categorizer:
    """Learns categories of lines.

    >>> categorizer = Categorizer()
    >>> categorizer.assign(["User bob left after 5 s", "Disk full", "User eve left after 12 s", "Disk full"])
    array([1, 2, 3, 2], dtype=int32)
    """

    def __init__(
        self,
        examples: int = EXAMPLES,
        most_categories: int = MOST_CATEGORIES,
        *,
        most_bytes: int = UNBOUNDED,
        tokens: bool = False,
        stopwords: tuple[str, ...] = (),
    ) -> None:
        """A categorizer that has seen no line.

        examples         to keep of each category
        most_categories  there may ever be; what comes later and fits none goes to one more, for all the rest
        most_bytes       of memory after which the same holds
        tokens           whether lines are compared as tokens, which `kernels.logforms.SEPARATOR` separates
        stopwords        that tell nothing
        """
        self._most, self._most_bytes = min(most_categories, remembered.MOST // 2), most_bytes
        self._tokens, self._lexicon = tokens, lexicon(stopwords)
        self._ledger = Ledger(examples)
        self._templates: dict[int, Templates] = {}
        self._sizes: dict[int, int] = {}  # of the templates of each partition when its last category came [bytes]
        self._rest = 0  # the category of what found no room
        self._failed = np.zeros(1, np.int64)  # lines in it, by partition
        self._remembered = Remembered(most_bytes // FOR_FORMS)
        self._form = Form(
            np.zeros(MOST_WORDS, np.uint64),
            np.zeros(MOST_WORDS, np.int64),
            np.zeros(MOST_WORDS, np.int64),
            np.zeros(MOST_WORDS, np.uint8),
        )

    def assign(self, lines: Texts, *, compared: Texts | None = None, partitions: Ints | None = None) -> Shorts:
        """The category of each line (m,), from 1; 0 for missing ones.

        The answer is the category at the time of the line; `roots` tells what it has become part of since.
        compared    what is compared of each line, unless all of it; counts and examples are of the lines
        partitions  (m,) from 0; lines of different ones are never of one category
        """
        size = len(lines)
        partitions = np.zeros(size, np.int64) if partitions is None else partitions
        parts = [np.zeros(0, np.int32)]
        for start in range(0, size, AT_ONCE):
            at = slice(start, start + AT_ONCE)
            shown = lines[at]
            other = shown if compared is None or compared is lines else compared[at]
            parts.append(self._block(shown, other, partitions[at]))
        return np.concatenate(parts)

    def _block(self, lines: Texts, compared: Texts, partitions: Ints) -> Shorts:
        text, offsets, missing = bytes_of(lines)
        size = missing.size
        shown = Lines(text, offsets, np.empty(size, np.uint64), np.empty(size, np.int32), np.empty(size, np.int64))
        text, offsets = (text, offsets) if compared is lines else bytes_of(compared)[:2]
        block = Block(shown, text, offsets, partitions)
        hash_forms(text, offsets, self._lexicon, self._form, self._tokens, shown.forms)
        shown.forms[:] ^= partitions.astype(np.uint64) * np.uint64(SPREAD)
        shown.forms[missing] = 0
        line = -1
        while line < size:
            if line >= 0:
                self._meet(block, line)
            line, count = resolve(self._remembered.table, self._ledger.tally, shown, max(line, 0), LONGEST_EXAMPLE)
            self._show(shown, shown.examples[:count])
        if self._rest:
            failed = np.bincount(partitions[shown.categories == self._rest])
            self._failed = grown(self._failed, failed.size)
            self._failed[: failed.size] += failed
        return shown.categories

    def _show(self, lines: Lines, examples: Ints) -> None:
        for line in examples.tolist():
            raw = lines.text[lines.offsets[line] : lines.offsets[line + 1]][: 4 * LONGEST_EXAMPLE].tobytes()
            example = raw.decode("utf-8", "replace")[:LONGEST_EXAMPLE]
            self._ledger.show(int(lines.categories[line]), example)

    def _meet(self, block: Block, line: int) -> None:
        """Find the category of a form met for the first time."""
        form, partition = self._form, int(block.partitions[line])
        count = read_form(*block.span(line), self._lexicon, form, self._tokens)
        words, kinds = form.words[:count].copy(), form.kinds[:count].copy()
        if self._full:
            templates = self._templates.get(partition)
            known = None if templates is None else templates.find(words)
            category = self._refuse(block.lines.forms[line]) if known is None else known
        else:
            templates = self._templates.setdefault(partition, Templates())
            place = templates.place(words, kinds, self._ledger.matches)
            category = place.category
            if category > self._ledger.newest:
                self._remembered.begin(block.lines.forms[line])
                self._ledger.add(_words(block, line, form, count), partition)
                self._sizes[partition] = templates.bytes
            for join in place.joins:
                self._ledger.join(join.categories, _shape(join, _words(block, line, form, count)))
        self._remembered.remember(block.lines.forms[line], category)

    @property
    def _full(self) -> bool:
        if self._rest > 0 or self._ledger.newest >= self._most:
            return True
        return self.bytes + self._remembered.growth >= self._most_bytes

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        return self._remembered.bytes + self._ledger.bytes + sum(self._sizes.values())

    def _refuse(self, form: np.uint64) -> int:
        """The category for all that finds no room, begun with a form if there is none yet."""
        if not self._rest:
            self._rest = self._ledger.add([None], NOBODY)
            self._remembered.begin(form)
        return self._rest

    @property
    def roots(self) -> Shorts:
        """The category that each number ever given stands for now; index 0 is 0."""
        return self._ledger.roots

    @property
    def failed(self) -> int:
        """Lines that came when there was no room for more categories and fitted none."""
        return int(self._failed.sum())

    def standings(self, partitions: int = 1) -> Ints:
        """How the categories of each of so many partitions go: (partitions, counts) in the order of `Standing`."""
        self._failed = grown(self._failed, partitions)
        return self._ledger.standings(self._failed[:partitions])

    @property
    def marks(self) -> Ints:
        """What is different of a number (n, 2) whenever its definition is: its lines, and its root."""
        roots = self.roots
        return np.column_stack([self._ledger.tally.matches[: roots.size], roots])

    def definitions(self, numbers: Ints | None = None) -> list[Category]:
        """The categories of these numbers, also merged ones; without numbers all that are not part of another."""
        roots = self.roots
        living = np.flatnonzero(roots == np.arange(roots.size))[1:]
        return self._ledger.categories(living if numbers is None else numbers)

    def state(self) -> dict[str, Any]:
        """Everything learnt: nested dictionaries and lists of arrays, numbers and texts."""
        return {
            "remembered": self._remembered.state(),
            "rest": self._rest,
            "failed": self._failed,
            "ledger": self._ledger.state(),
            "templates": [{"of": partition} | one.state() for partition, one in self._templates.items()],
            "sizes": [[partition, size] for partition, size in self._sizes.items()],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken; the settings must be the same."""
        self._remembered.restore(state["remembered"])
        self._failed, self._rest = state["failed"].copy(), state["rest"]
        self._ledger.restore(state["ledger"])
        self._templates = {part["of"]: Templates.restore(part) for part in state["templates"]}
        self._sizes = dict(state["sizes"])


def _words(block: Block, line: int, form: Form, count: int) -> list[str | None]:
    """The first words of a line's form, None for values."""
    text = block.span(line)[0]
    spans = zip(form.words[:count], form.starts[:count].tolist(), form.ends[:count].tolist(), strict=True)
    return [
        None if word == VALUE else text[start:end].tobytes().decode("utf-8", "replace") for word, start, end in spans
    ]


def _shape(join: Join, words: Sequence[str | None]) -> list[str | None]:
    """What the template of a join shows of a line's words."""
    return [None if origin == HOLE else words[origin] for origin in join.origins.tolist()]
