"""What a category's lines have in common, as words, as a pattern, as a template; knows texts, not their origin."""

import re
from collections.abc import Sequence
from typing import TypeAlias

VARIABLE = "<*>"
Shape: TypeAlias = tuple[str | None, ...]  # words, None for anything
Given = Sequence[str | None]


def collapsed(words: Given) -> Shape:
    """The shape with runs of anything as one.

    >>> collapsed(["from", None, None, "to"])
    ('from', None, 'to')
    """
    return tuple(
        word for number, word in enumerate(words) if word is not None or number == 0 or words[number - 1] is not None
    )


def in_common(one: Shape, other: Shape) -> Shape:
    """The longest run of words that both have in order, with anything between what was not adjacent in both.

    Hirschberg, "Algorithms for the Longest Common Subsequence Problem" (J. ACM 1977); Spell uses it for logs.

    >>> in_common(("user", "bob", "left"), ("user", "eve", "just", "left"))
    ('user', None, 'left')
    """
    if one == other:
        return one
    best = _common_counts(one, other)
    words: list[str | None] = []
    i = j = 0
    while i < len(one) and j < len(other):
        if one[i] is not None and one[i] == other[j]:
            words.append(one[i])
            i, j = i + 1, j + 1
        else:
            words.append(None)
            i, j = (i + 1, j) if best[i + 1][j] >= best[i][j + 1] else (i, j + 1)
    rest = i < len(one) or j < len(other)
    return collapsed([*words, None] if rest else words)


def _common_counts(one: Shape, other: Shape) -> list[list[int]]:
    """How many words the ends of both from each pair of positions on have in common."""
    best = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        for j in range(len(other) - 1, -1, -1):
            equal = one[i] is not None and one[i] == other[j]
            best[i][j] = best[i + 1][j + 1] + 1 if equal else max(best[i + 1][j], best[i][j + 1])
    return best


def terms_of(shape: Shape) -> tuple[str, ...]:
    """The words that every line of a category has, in their order."""
    return tuple(word for word in shape if word is not None)


def pattern_of(shape: Shape) -> str:
    r"""A regular expression, `.` matching anything, that every line of a category matches.

    >>> pattern_of(("took", None, "ms."))
    '.*?took.+?ms\\..*'
    """
    terms = terms_of(shape)
    pattern = "".join(
        (".+?" if number and _apart(terms[number - 1], term) else ".*?") + re.escape(term)
        for number, term in enumerate(terms)
    )
    return f"{pattern}.*"


def _apart(before: str, after: str) -> bool:
    """Whether something always stands between two words: scripts without blanks may meet others directly."""
    return before[-1].isascii() and after[0].isascii() and before[-1] != "="


def template_of(shape: Shape) -> str:
    """The words with a mark for what varies.

    >>> template_of(("connection", "from", None, "closed"))
    'connection from <*> closed'
    """
    return " ".join(VARIABLE if word is None else word for word in shape)
