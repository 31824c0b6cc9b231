"""Expressions carried out over columns by Polars; knows neither index nor datafeed."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Final

import orjson
import polars as pl
from polars.exceptions import PolarsError

from unusual.errors import Invalid
from unusual.jobs.ports import Found
from unusual.jobs.search.columns import Piece, dtype_of, piece_of
from unusual.schema.computed import Computed
from unusual.schema.formulas import Call, Expression, Literal, Reference, references
from unusual.schema.mappings import Field

_SIGNS: Final[dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    "||": pl.Expr.__or__,
    "&&": pl.Expr.__and__,
    "==": pl.Expr.__eq__,
    "!=": pl.Expr.__ne__,
    "<": pl.Expr.__lt__,
    "<=": pl.Expr.__le__,
    ">": pl.Expr.__gt__,
    ">=": pl.Expr.__ge__,
    "+": pl.Expr.__add__,
    "-": pl.Expr.__sub__,
    "*": pl.Expr.__mul__,
    "/": pl.Expr.__truediv__,
    "%": pl.Expr.__mod__,
    "pow": pl.Expr.pow,
}
_OF_ONE: Final[dict[str, Callable[[pl.Expr], pl.Expr]]] = {
    "-": pl.Expr.neg,
    "!": pl.Expr.not_,
    "abs": pl.Expr.abs,
    "ceil": lambda one: one.cast(pl.Float64).ceil(),
    "floor": lambda one: one.cast(pl.Float64).floor(),
    "round": lambda one: one.cast(pl.Float64).round(mode="half_away_from_zero"),
    "sqrt": pl.Expr.sqrt,
    "exp": pl.Expr.exp,
    "ln": pl.Expr.log,
    "log10": pl.Expr.log10,
    "lower": lambda one: one.str.to_lowercase(),
    "upper": lambda one: one.str.to_uppercase(),
    "length": lambda one: one.str.len_chars(),
}
_OF_MANY: Final[dict[str, Callable[..., pl.Expr]]] = {
    "?": lambda condition, chosen, other: pl.when(condition).then(chosen).otherwise(other),
    "min": pl.min_horizontal,
    "max": pl.max_horizontal,
    "coalesce": pl.coalesce,
    "concat": lambda *texts: reduce(pl.Expr.__add__, (one.cast(pl.String) for one in texts)),
}


def check(computed: Mapping[str, Computed], fields: Mapping[str, Field]) -> None:
    """`errors.Invalid` where an expression does not fit the types of the fields that it reads."""
    with_values(computed, fields, [])


def with_values(
    computed: Mapping[str, Computed], fields: Mapping[str, Field], found: Sequence[Found]
) -> Sequence[Found]:
    """Documents of one index, which have the values of computed fields besides; what has no value has no field.

    `errors.Invalid` where the values cannot be computed.
    """
    expressions = {name: one for name, one in computed.items() if one.expression is not None}
    if not expressions:
        return found
    piece = piece_of(fields, found)
    values = {name: _column(name, one, piece).to_list() for name, one in expressions.items()}
    completed = []
    for place, one in enumerate(found):
        given = {name: column[place] for name, column in values.items() if column[place] is not None}
        completed.append(one._replace(body=orjson.dumps(piece.documents[place] | given)))
    return completed


def _column(name: str, computed: Computed, piece: Piece) -> pl.Series:
    """The values of a field, which later ones can read."""
    expression = computed.expression
    assert expression is not None  # noqa: S101 - only such are asked for
    read = {field: _single(piece.column(field), piece.size) for field in references(expression)}
    try:
        # Beside the fields, so that a value of none of them is one of every document.
        values = pl.DataFrame({"": pl.repeat(None, piece.size, eager=True), **read})
        column = _finite(values.with_columns(_meant(expression).alias("")).get_column(""))
        if computed.kind:
            column = column.cast(dtype_of(Field(computed.kind, name)), strict=False)
    except PolarsError as fault:
        raise Invalid(f"field [{name}] of [{computed.origin}] cannot be computed: {fault}") from None
    piece.knowing(name, column)
    return column


def _meant(expression: Expression) -> pl.Expr:
    match expression:
        case Literal(value):
            return pl.lit(value)
        case Reference(field):
            return pl.col(field)
        case Call(function, operands):
            meant = [_meant(one) for one in operands]
            if function in _OF_MANY:
                return _OF_MANY[function](*meant)
            return _OF_ONE[function](*meant) if len(meant) == 1 else _SIGNS[function](*meant)


def _single(column: pl.Series | None, size: int) -> pl.Series:
    """One value for each document: of several the first."""
    if column is None:
        return pl.repeat(None, size, eager=True)
    return column.list.first() if isinstance(column.dtype, pl.List) else column


def _finite(column: pl.Series) -> pl.Series:
    """What is no number is no value."""
    if not column.dtype.is_float():
        return column
    return column.set(~column.is_finite().fill_null(value=True), None)
