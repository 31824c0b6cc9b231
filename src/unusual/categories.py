"""Log lines in memory to categories: lines in, frames of their categories out; knows no server."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from unusual.categorization.categorizer import EXAMPLES, Categorizer

_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "category_id": pl.Int32,
    "template": pl.String,
    "terms": pl.List(pl.String),
    "regex": pl.String,
    "examples": pl.List(pl.String),
    "num_matches": pl.Int64,
    "max_matching_length": pl.Int64,
    "merged": pl.List(pl.Int64),
    "history": pl.List(pl.String),
}


class Categorized(NamedTuple):
    """What became of some lines.

    lines       one row a line: `line` from 0, `category_id` from 1 (0 where the line is missing)
    categories  one row a category: its template, common words, pattern, examples and counts
    """

    lines: pl.DataFrame
    categories: pl.DataFrame


def categorize(lines: Sequence[str | None] | pl.Series, *, examples: int = EXAMPLES) -> Categorized:
    """The kinds of lines there are, and which line is of which; `examples` are kept of each.

    >>> found = categorize(["took 5 ms", "disk full", "took 12 ms"])
    >>> found.lines["category_id"].to_list(), found.categories["template"].to_list()
    ([1, 2, 1], ['took <*>', 'disk full'])
    """
    categorizer = Categorizer(examples)
    given = categorizer.assign(lines)
    numbers = pl.Series("category_id", categorizer.roots[given])
    table = pl.DataFrame([category.told() for category in categorizer.definitions()], schema=_SCHEMA)
    return Categorized(pl.DataFrame([pl.Series("line", np.arange(len(given))), numbers]), table)
