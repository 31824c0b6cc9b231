"""A detector as one line of text, the way its description is generated; knows words, not what functions need.

mean(value) by host
high_sum("net bytes") by "host.name" over user partition=site usenull=true excludefrequent=all
"""

import re
from collections.abc import Iterable
from typing import Final

from unusual.errors import Invalid
from unusual.schema.values import Document

_WORD: Final = r'(?:"[^"]+"|[^\s"()=,]+)'
_HEAD: Final = re.compile(rf"\s*(?P<function>\w+)(?:\s*\(\s*(?P<field>{_WORD})?\s*\))?", re.ASCII)
_PLACE: Final = re.compile(rf"\s+(?P<role>by|over)\s+(?P<field>{_WORD})")
_OPTION: Final = re.compile(rf"\s+(?P<name>\w+)\s*=\s*(?P<value>{_WORD})")
_OPTIONS: Final = {
    "partition": "partition_field_name",
    "partitionfield": "partition_field_name",
    "usenull": "use_null",
    "excludefrequent": "exclude_frequent",
}


def detector_of(text: str) -> Document:
    """The detector that a line describes, as a request would hold it; `errors.Invalid` shows the form.

    >>> detector_of("mean(value) by host partition=dc")
    {'function': 'mean', 'field_name': 'value', 'by_field_name': 'host', 'partition_field_name': 'dc'}
    """
    head = _HEAD.match(text)
    if head is None:
        raise _unreadable(text)
    detector: Document = {"function": head["function"]}
    if head["field"] is not None:
        detector["field_name"] = _plain(head["field"])
    position = head.end()
    while text[position:].strip():
        place, option = _PLACE.match(text, position), _OPTION.match(text, position)
        if place is not None:
            name, value, position = f"{place['role']}_field_name", _plain(place["field"]), place.end()
        elif option is not None and option["name"] in _OPTIONS:
            name, value, position = _OPTIONS[option["name"]], _plain(option["value"]), option.end()
        else:
            raise _unreadable(text)
        if name in detector:
            raise _unreadable(text)
        detector[name] = value
    return detector


def fields_of(detectors: Iterable[str]) -> list[str]:
    """The fields that lines name, each once, in order; `errors.Invalid` as above.

    >>> fields_of(["mean(value) by host", "count by host"])
    ['value', 'host']
    """
    found = (part for text in detectors for part in detector_of(text).items())
    return list(dict.fromkeys(value for name, value in found if name.endswith("field_name")))


def _plain(word: str) -> str:
    return word.strip('"')


def _unreadable(text: str) -> Invalid:
    return Invalid(
        f"detector '{text}' cannot be read; the form is: function(field) by X over Y partition=Z usenull=true, "
        "parts that are not needed left out"
    )
