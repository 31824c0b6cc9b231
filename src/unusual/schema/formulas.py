"""Expressions over the fields of a document, read into a tree; knows no documents and computes nothing.

Known are `condition ? a : b`, `||`, `&&`, `!`, `==`, `!=`, `<`, `<=`, `>`, `>=`, `+`, `-`, `*`, `/`, `%`, functions,
the names of fields, also as `doc['field'].value`, numbers, and texts in quotes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from unusual.errors import Invalid

LONGEST: Final = 4096  # characters
DEEPEST: Final = 50  # calls and parentheses in one another

# What can be called, and with how many operands: at least, and at most.
FUNCTIONS: Final[dict[str, tuple[int, int]]] = {
    **dict.fromkeys(
        ("abs", "ceil", "floor", "round", "sqrt", "exp", "ln", "log10", "lower", "upper", "length"), (1, 1)
    ),
    "pow": (2, 2),
    **dict.fromkeys(("min", "max", "concat", "coalesce"), (2, 16)),
}
_LEVELS: Final = (("||",), ("&&",), ("==", "!=", "<=", ">=", "<", ">"), ("+", "-"), ("*", "/", "%"))
_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<text>'[^']*'|"[^"]*")
    |doc\[(?P<quoted>'[^']+'|"[^"]+")\]\.value
    |(?P<name>[A-Za-z_@][\w@]*(?:\.[\w@]+)*)
    |(?P<sign>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:(),]))\s*""",
    re.ASCII | re.VERBOSE,
)


@dataclass(frozen=True)
class Literal:
    """A number or a text."""

    value: float | str


@dataclass(frozen=True)
class Reference:
    """The value of a field."""

    field: str


@dataclass(frozen=True)
class Call:
    """A function or a sign with its operands; `?` has three, `-` and `!` may have one."""

    function: str
    operands: tuple["Expression", ...]


Expression: TypeAlias = Literal | Reference | Call


def parse_expression(source: object) -> Expression:
    """What an expression means; `errors.Invalid` tells where it cannot be read.

    >>> parse_expression("load / 2")
    Call(function='/', operands=(Reference(field='load'), Literal(value=2)))
    """
    if not isinstance(source, str) or not source.strip():
        raise Invalid("an expression must be a text")
    if len(source) > LONGEST:
        raise Invalid(f"an expression must not be longer than [{LONGEST}] characters")
    reading = _Reading(source)
    tree = reading.choice()
    reading.end()
    return tree


def references(expression: Expression) -> Iterator[str]:
    """Every field that is read."""
    match expression:
        case Reference(field):
            yield field
        case Call(_, operands):
            for one in operands:
                yield from references(one)


class _Reading:
    """A text and how far it was read."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._depth = 0
        self._position = 0
        self._token: re.Match[str] | None = None
        self._advance()

    def end(self) -> None:
        """Be sure that nothing is left."""
        if self._token is not None:
            raise self._fault()

    def choice(self) -> Expression:
        """A condition and what follows from it, or less."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise Invalid("an expression must not be so deep")
        condition = self._joined(0)
        if self._took("?"):
            chosen = self.choice()
            self._expect(":")
            condition = Call("?", (condition, chosen, self.choice()))
        self._depth -= 1
        return condition

    def _joined(self, level: int) -> Expression:
        """Operands between signs of a level, from the left."""
        if level == len(_LEVELS):
            return self._signed()
        left = self._joined(level + 1)
        while (sign := self._sign()) in _LEVELS[level]:
            self._advance()
            left = Call(sign, (left, self._joined(level + 1)))
        return left

    def _signed(self) -> Expression:
        signs = []
        while (sign := self._sign()) in {"-", "!"}:
            self._advance()
            signs.append(sign)
        operand = self._operand()
        for one in reversed(signs):
            operand = Call(one, (operand,))
        return operand

    def _operand(self) -> Expression:
        if self._took("("):
            inner = self.choice()
            self._expect(")")
            return inner
        token = self._token
        if token is None or token["sign"]:
            raise self._fault()
        self._advance()
        if token["number"]:
            return Literal(float(token["number"]) if re.search(r"[.eE]", token["number"]) else int(token["number"]))
        if token["text"]:
            return Literal(token["text"][1:-1])
        if token["quoted"]:
            return Reference(token["quoted"][1:-1])
        return self._call(token["name"]) if self._took("(") else Reference(token["name"])

    def _call(self, name: str) -> Expression:
        if name not in FUNCTIONS:
            raise Invalid(f"unknown function [{name}], known are [{', '.join(sorted(FUNCTIONS))}]")
        operands = [self.choice()]
        while self._took(","):
            operands.append(self.choice())
        self._expect(")")
        least, most = FUNCTIONS[name]
        if not least <= len(operands) <= most:
            raise Invalid(f"function [{name}] cannot have [{len(operands)}] operands")
        return Call(name, tuple(operands))

    def _sign(self) -> str:
        return "" if self._token is None else self._token["sign"] or ""

    def _took(self, sign: str) -> bool:
        if self._sign() != sign:
            return False
        self._advance()
        return True

    def _expect(self, sign: str) -> None:
        if not self._took(sign):
            raise self._fault()

    def _advance(self) -> None:
        if self._position == len(self._source):
            self._token = None
            return
        self._token = _TOKEN.match(self._source, self._position)
        if self._token is None:
            raise Invalid(f"cannot read [{self._source[self._position :]}] in an expression")
        self._position = self._token.end()

    def _fault(self) -> Invalid:
        if self._token is None:
            return Invalid(f"the expression [{self._source}] ends too early")
        return Invalid(f"[{self._source[self._token.start() :]}] is not expected in the expression [{self._source}]")
