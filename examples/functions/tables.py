"""The functions as tables: what each is given, and what it reads and says; all of it from the engine's own tables."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from unusual.detect.families import feature_of
from unusual.detect.features import Feature
from unusual.detect.functions import READINGS, Reading, Value
from unusual.detect.individual import Individual
from unusual.detect.population import Population
from unusual.detect.rare import Rare
from unusual.detect.uncommon import Uncommon
from unusual.schema.functions import ALIASES, Family, Function, Need

SPAN = 3600  # of a bucket; any would do
NEEDS = {Need.REQUIRED: "required", Need.OPTIONAL: "optional", Need.FORBIDDEN: "no"}


class Told(NamedTuple):
    """What is said of a value: how it is read, and what an influencer's part in it is."""

    read: str
    part: str


VALUES = {
    Value.COUNT: Told("records", "what the count loses without all that goes beyond its usual number"),
    Value.DISTINCT: Told("different values of the field", "what is lost without the values that it alone had"),
    Value.INFORMATION: Told(
        "information of the different values of the field [bits]",
        "what is lost without the values that it alone had, in proportion",
    ),
    Value.MEAN: Told("mean of the field", "what the mean loses without it"),
    Value.SUM: Told("sum of the field", "what the sum loses without all that goes beyond its usual sum"),
    Value.LOW: Told("minimum of the field", "what the extreme loses when only the others are left"),
    Value.HIGH: Told("maximum of the field", "what the extreme loses when only the others are left"),
    Value.MEDIAN: Told("median of the field", "its share of the records"),
    Value.VARIANCE: Told("variance of the field", "its share of the records"),
    Value.PRESENCE: Told("which values of the by field there were", "its share of the records with that value"),
    Value.FREQUENCY: Told(
        "how often there were rare values of the by field", "its share of the records with rare values"
    ),
    Value.DAYTIME: Told("when in the day each record is", "all of it when the odd time is its own"),
    Value.WEEKTIME: Told("when in the week each record is", "all of it when the odd time is its own"),
    Value.PLACE: Told('where each record is, `"latitude,longitude"`', "all of it when the odd place is its own"),
}
OF_MEMBERS = {
    Value.PRESENCE: Told("which values of the by field a member had", "its share of the records with rare values"),
    Value.FREQUENCY: Told("the same, every record of them", "its share of the records with rare values"),
}


class Judged(NamedTuple):
    """A model, and what records of it say."""

    model: str
    actual: str
    typical: str


MODELS: dict[type[Feature], Judged] = {
    Individual: Judged("[series](#the-series-model)", "the number", "what was expected"),
    Population: Judged("[population](#populations)", "the number, in `causes`", "the centre of the bucket's members"),
    Rare: Judged("[rarity](#rarity)", "1", "share of past buckets with the value"),
    Uncommon: Judged("[population](#populations)", "1, in `causes`", "share of other members with the value"),
}
OWN = {
    Value.FREQUENCY: Judged(
        "[population](#populations)", "number of records, in `causes`", "share of other members with the value"
    ),
    Value.DAYTIME: Judged("[times](#times-of-the-day-and-week)", "seconds since midnight", "the nearest usual time"),
    Value.WEEKTIME: Judged("[times](#times-of-the-day-and-week)", "seconds of the week", "the nearest usual time"),
    Value.PLACE: Judged("[places](#places)", "[latitude, longitude]", "the nearest usual place"),
}


def base_of(function: Function) -> str:
    """The name without its side."""
    return function.value.removeprefix("low_").removeprefix("high_")


def families() -> dict[str, list[Function]]:
    """The functions that differ only by side, under the name without one, in the order of the engine's table."""
    grouped: dict[str, list[Function]] = {}
    for function in Function:
        grouped.setdefault(base_of(function), []).append(function)
    return grouped


def alike(names: Iterable[str]) -> list[str]:
    """All functions that read exactly what one of those named reads, they among them."""
    wanted = [READINGS[name] for name in names]
    return [function.value for function in Function if READINGS[function.value] in wanted]


def given() -> str:
    """What a detector with each function is given, as a table."""
    head = ("functions", "short", "field", "by", "over", "`function_description`", "summarised input", "rules on")
    return _table(head, [_given(functions) for functions in families().values()])


def _given(functions: Sequence[Function]) -> tuple[str, ...]:
    family: Family = functions[0].family
    described = [reading.described for reading in READINGS[functions[0].value]]
    short = [name for name, meant in ALIASES.items() if meant in {function.value for function in functions}]
    return (
        _names(function.value for function in functions),
        _names(short),
        NEEDS[family.field],
        NEEDS[family.by],
        NEEDS[family.over],
        _names(described),
        "yes" if family.summary else "no",
        "time" if family.time_rules_only else "time and values",
    )


def read() -> str:
    """What each function reads in a bucket, which model judges it and what its records say, as a table."""
    head = (
        "function",
        "read per bucket and series",
        "bucket without rows",
        "model",
        "`actual`",
        "`typical`",
        "an influencer's part",
    )
    rows = []
    for base, functions in families().items():
        over = functions[0].family.over
        if over is not Need.REQUIRED:
            rows.append(_read(f"`{base}`", READINGS[base], members=False))
        if READINGS[base][0].value in OF_MEMBERS and over is not Need.FORBIDDEN:
            name = f"`{base}`" if over is Need.REQUIRED else f"`{base}` with an over field"
            rows.append(_read(name, READINGS[base], members=True))
    return _table(head, rows)


def _read(name: str, readings: tuple[Reading, ...], *, members: bool) -> tuple[str, ...]:
    first = readings[0]
    told = (OF_MEMBERS if members else VALUES)[first.value]
    model = feature_of(first, SPAN, 2 if members else 1, members=members)
    judged = OWN[first.value] if first.value in OWN else MODELS[type(model)]
    several = len(readings) > 1
    each = ", ".join(reading.described for reading in readings)
    return (
        name,
        f"{each}, each judged for itself" if several else told.read,
        "0" if first.fills else "passed over",
        judged.model,
        judged.actual,
        judged.typical,
        f"as for {each}" if several else told.part,
    )


def _names(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


TABLES = {"given": given, "read": read}
