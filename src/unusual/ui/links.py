"""Permanent links: what a page shows, told by the query of its address; knows no page."""

from collections.abc import Mapping
from urllib.parse import urlencode


def link(place: str, values: Mapping[str, object], usual: Mapping[str, object]) -> str:
    """An address with a query of the values that are not as usual.

    >>> link("/ui/x", {"job": "a b", "page": 0}, {"job": "", "page": 0})
    '/ui/x?job=a+b'
    """
    told = {name: value for name, value in values.items() if value != usual[name]}
    return f"{place}?{urlencode(told)}" if told else place
