"""Texts with all matches of a pattern replaced, by the engine that can do it; knows no analyzers."""

import re
from dataclasses import dataclass

import polars as pl
from polars.exceptions import PolarsError

from unusual.errors import Refused
from unusual.schema.java_patterns import for_python, has_properties, quoted_out, replacement_parts


@dataclass(frozen=True)
class Replacing:
    r"""Matches of a pattern in Java's notation give way to a replacement, in which `$1` is a group.

    >>> Replacing(r"\[(\w+)\]", "<$1>")(pl.Series(["[a] [b]", None])).to_list()
    ['<a> <b>', None]
    """

    pattern: str
    replacement: str = ""
    once: bool = False

    def __call__(self, texts: pl.Series) -> pl.Series:
        """The texts with the first or all matches replaced; `errors.Refused` for a pattern that no engine reads."""
        replace = texts.str.replace if self.once else texts.str.replace_all
        parts = replacement_parts(self.replacement)
        try:
            told = "".join(f"${{{part}}}" if isinstance(part, int) else part.replace("$", "$$") for part in parts)
            return replace(quoted_out(self.pattern), told)
        except PolarsError:
            return self._slowly(texts, parts)

    def _slowly(self, texts: pl.Series, parts: list[str | int]) -> pl.Series:
        """With the engine that looks around and back, which the fast one does not."""
        if has_properties(self.pattern):
            raise Refused(
                f"pattern '{self.pattern}' uses look-around or the like together with properties of characters, "
                "which this version cannot do; write the characters out"
            )
        pattern, count = re.compile(for_python(self.pattern)), int(self.once)

        def told(found: re.Match[str]) -> str:
            return "".join((found[part] or "") if isinstance(part, int) else part for part in parts)

        replaced = [None if text is None else pattern.sub(told, text, count) for text in texts]
        return pl.Series(texts.name, replaced, pl.String)
