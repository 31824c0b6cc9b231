"""JSON values → YAML text in block style; knows nothing of HTTP."""

import re
from collections.abc import Iterator

import orjson

PLAIN = re.compile(r"[A-Za-z_][\w.\-]*")


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
            key = name if PLAIN.fullmatch(name) else _scalar(name)
            if isinstance(inner, dict | list) and inner:
                yield f"{key}:"
                yield from (f"  {line}" if isinstance(inner, dict) else line for line in _lines(inner))
            else:
                yield f"{key}: {_scalar(inner)}"
    elif isinstance(value, list) and value:
        for item in value:
            yield from (f"{'  ' if number else '- '}{line}" for number, line in enumerate(_lines(item)))
    else:
        yield _scalar(value)


def _scalar(value: object) -> str:
    return orjson.dumps(value).decode()
