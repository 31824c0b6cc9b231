"""Numbers, sizes and times as people read them; knows no page."""

from datetime import UTC, datetime

NOTHING = "–"  # noqa: RUF001 - a dash in the place of a value


def moment(time_ms: int | None) -> str:
    """A moment in UTC, to the second where it is not a whole minute.

    >>> moment(1_609_459_200_000), moment(1_609_459_201_500), moment(None) == NOTHING
    ('2021-01-01 00:00', '2021-01-01 00:00:01', True)
    """
    if time_ms is None:
        return NOTHING
    told = datetime.fromtimestamp(time_ms / 1000, UTC)
    return f"{told:%Y-%m-%d %H:%M}" if time_ms % 60_000 == 0 else f"{told:%Y-%m-%d %H:%M:%S}"


def count(number: int) -> str:
    """A whole number in groups of three digits.

    >>> count(1234567)
    '1,234,567'
    """
    return f"{number:,}"
