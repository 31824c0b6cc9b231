"""Query strings, as people type them, read into parts; knows no documents and no other query.

    query   = clause { ["AND" | "OR" | "&&" | "||"] clause }
    clause  = ["+" | "-" | "!" | "NOT"] ( [field ":"] ( "(" query ")" | value ) )
    value   = word | "words in quotes" | [from TO to] | {from TO to} | >=bound | ...

A backslash takes the meaning from the sign after it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from unusual.errors import Misphrased

_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<quoted>"(?:[^"\\]|\\.)*")
    |(?P<range>[\[{]\s*(?P<from>"[^"]*"|\S+)\s+TO\s+(?P<to>"[^"]*"|[^\s\]}]+)\s*[\]}])
    |(?P<sign>&&|\|\||[()+\-!](?=\S)|\))
    |(?P<bound>[<>]=?)
    |(?P<word>(?:\\.|[^\s"()\[\]{}:\\])+)(?P<colon>:)?
    )""",
    re.VERBOSE | re.DOTALL,
)
_JOINING: Final = {"AND": "AND", "&&": "AND", "OR": "OR", "||": "OR"}
_NOT: Final = ("NOT", "!", "-")
_BOUNDS: Final = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_OPEN: Final = ("*", '"*"')
_DEEPEST: Final = 20


@dataclass(frozen=True)
class Leaf:
    """One value of a field.

    field    None when none is named
    text     the value without quotes and backslashes
    quoted   whether its words belong together
    pattern  the value with its `*` and `?`, None when it has none
    bounds   instead of a value, pairs of `gt`, `gte`, `lt` or `lte` and a value
    """

    field: str | None
    text: str = ""
    quoted: bool = False
    pattern: str | None = None
    bounds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Junction:
    """What must be, what must not, and what is enough when nothing must."""

    must: tuple["Part", ...] = ()
    must_not: tuple["Part", ...] = ()
    should: tuple["Part", ...] = ()


Part: TypeAlias = Leaf | Junction


class _Token(NamedTuple):
    kind: str
    text: str


def parse_query_string(text: str, *, every: bool = False) -> Part:
    """The parts of a query string; `errors.Misphrased`. With `every`, clauses side by side must all be met.

    >>> parse_query_string("pier:north AND NOT riders:[3 TO *]").must_not
    (Leaf(field='riders', text='', quoted=False, pattern=None, bounds=(('gte', '3'),)),)
    """
    reading = _Reading([*_tokens(text)], text, every=every)
    part = reading.query(None, 0)
    if reading.next() is not None:
        raise _unread(text)
    return part


class _Reading:
    """A walk over the tokens."""

    def __init__(self, tokens: list[_Token], text: str, *, every: bool) -> None:
        self._tokens = tokens
        self._text = text
        self._every = every
        self._at = 0

    def next(self) -> _Token | None:
        """The token ahead."""
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def query(self, field: str | None, depth: int) -> Part:
        """Clauses side by side, up to a closing bracket or the end."""
        if depth > _DEEPEST:
            raise _unread(self._text)
        clauses: list[tuple[str, Part]] = []
        joining = ""
        while (token := self.next()) is not None and token != _Token("sign", ")"):
            if token.kind in {"word", "sign"} and token.text in _JOINING and clauses and not joining:
                joining = _JOINING[token.text]
                self._at += 1
                continue
            if joining == "AND" and clauses[-1][0] == "may":
                clauses[-1] = ("must", clauses[-1][1])
            clauses.append(self._signed(joining, field, depth))
            joining = ""
        if joining:
            raise _unread(self._text)
        return _joined(clauses)

    def _signed(self, joining: str, field: str | None, depth: int) -> tuple[str, Part]:
        must = joining == "AND" or (self._every and joining != "OR")
        token = self.next()
        if token is not None and token.kind in {"word", "sign"} and token.text in (*_NOT, "+"):
            self._at += 1
            return ("must" if token.text == "+" else "must_not"), self._clause(field, depth)
        return ("must" if must else "may"), self._clause(field, depth)

    def _clause(self, field: str | None, depth: int) -> Part:
        token = self._take()
        if token.kind == "field":
            return self._clause(_plain(token.text), depth)
        if token == _Token("sign", "("):
            part = self.query(field, depth + 1)
            if self._take() != _Token("sign", ")"):
                raise _unread(self._text)
            return part
        if token == _Token("sign", "-") and field is not None:
            number = self._take()
            return _leaf(number._replace(text=f"-{number.text}"), field, self._text)
        if token.kind == "bound":
            limit = self._take()
            if limit.kind not in {"word", "quoted"}:
                raise _unread(self._text)
            return Leaf(field, bounds=((_BOUNDS[token.text], _unquoted(limit.text)),))
        return _leaf(token, field, self._text)

    def _take(self) -> _Token:
        token = self.next()
        if token is None:
            raise _unread(self._text)
        self._at += 1
        return token


def _tokens(text: str) -> Iterator[_Token]:
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unread(text)
        kind = match.lastgroup if match["range"] is None else "range"
        found = match[0].strip()
        if kind == "colon":
            yield _Token("field", found[:-1])
        else:
            yield _Token(kind or "word", found)
        position = match.end()


def _joined(clauses: list[tuple[str, Part]]) -> Part:
    if len(clauses) == 1 and clauses[0][0] != "must_not":
        return clauses[0][1]
    kinds = ("must", "must_not", "may")
    return Junction(*(tuple(part for role, part in clauses if role == kind) for kind in kinds))


def _leaf(token: _Token, field: str | None, text: str) -> Leaf:
    if token.kind == "range":
        return Leaf(field, bounds=tuple(_range(token.text)))
    if token.kind == "quoted":
        return Leaf(field, _unquoted(token.text), quoted=True)
    if token.kind != "word":
        raise _unread(text)
    leaf = Leaf(field, _plain(token.text))
    # What a backslash stands before is no wildcard.
    bare = re.sub(r"\\.", "", token.text)
    return replace(leaf, pattern=leaf.text) if "*" in bare or "?" in bare else leaf


def _range(written: str) -> Iterator[tuple[str, str]]:
    match = _TOKEN.match(written)
    assert match is not None  # noqa: S101 - it was matched before
    if match["from"] not in _OPEN:
        yield ("gte" if written.startswith("[") else "gt"), _unquoted(match["from"])
    if match["to"] not in _OPEN:
        yield ("lte" if written.endswith("]") else "lt"), _unquoted(match["to"])


def _unquoted(written: str) -> str:
    inner = written[1:-1] if written.startswith('"') and written.endswith('"') and len(written) > 1 else written
    return _plain(inner)


def _plain(written: str) -> str:
    return re.sub(r"\\(.)", r"\1", written, flags=re.DOTALL)


def _unread(text: str) -> Misphrased:
    return Misphrased(f"Failed to parse query [{text}]")
