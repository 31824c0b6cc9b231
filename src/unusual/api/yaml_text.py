"""JSON values → YAML text in block style; knows nothing of HTTP."""

import re
from collections.abc import Iterator

import orjson

# Names that need no quotes; YAML would read the first words as flags or as nothing.
PLAIN = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z_][\w.\-]*", re.ASCII | re.IGNORECASE)


def yaml_text(value: object) -> str:
    """The value as one YAML document.

    >>> print(yaml_text({"count": 1, "jobs": [{"job_id": "a", "groups": []}]}), end="")
    ---
    count: 1
    jobs:
    - job_id: "a"
      groups: []
    """
    return "\n".join(["---", *_lines(value), ""])


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _entry(name, inner)
    elif isinstance(value, list) and value:
        for item in value:
            yield from (f"{'  ' if number else '- '}{line}" for number, line in enumerate(_lines(item)))
    else:
        yield _scalar(value)


def _entry(name: str, value: object) -> Iterator[str]:
    key = name if PLAIN.fullmatch(name) else _scalar(name)
    if isinstance(value, dict | list) and value:
        yield f"{key}:"
        # The dashes of a list may stand right below its key; the names of an inner object may not.
        yield from (f"  {line}" if isinstance(value, dict) else line for line in _lines(value))
    else:
        yield f"{key}: {_scalar(value)}"


def _scalar(value: object) -> str:
    return orjson.dumps(value).decode()
