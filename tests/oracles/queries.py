"""What a query means, said plainly: one document at a time, one value at a time, from the query as it was written.

Fields are told by kind: `keyword`, `long`, `double`, `boolean`, `date` (whole ms only).
"""

import re


def meets(query, document, kinds) -> bool:
    ((name, body),) = query.items()
    return globals()[f"_{name}"](body, document, kinds)


def values_of(document, field, kinds):
    held = document.get(field)
    listed = held if isinstance(held, list) else [held]
    return [_as(kinds.get(field, "keyword"), value) for value in listed if value is not None]


def _as(kind, value):
    if kind in {"long", "double", "date"}:
        return float(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _match_all(_, __, ___):
    return True


def _bool(body, document, kinds):
    def all_of(part):
        given = body.get(part, [])
        return [meets(one, document, kinds) for one in (given if isinstance(given, list) else [given])]

    must, should = all_of("must") + all_of("filter"), all_of("should")
    least = body.get("minimum_should_match", 1 if should and not must else 0)
    return all(must) and not any(all_of("must_not")) and sum(should) >= least


def _term(body, document, kinds):
    ((field, value),) = body.items()
    return _as(kinds.get(field, "keyword"), value) in values_of(document, field, kinds)


_match = _term


def _terms(body, document, kinds):
    ((field, values),) = body.items()
    return any(_term({field: value}, document, kinds) for value in values)


def _range(body, document, kinds):
    ((field, bounds),) = body.items()
    compare = {
        "gt": lambda a, b: a > b,
        "gte": lambda a, b: a >= b,
        "lt": lambda a, b: a < b,
        "lte": lambda a, b: a <= b,
    }
    limits = [(compare[bound], _as(kinds.get(field, "keyword"), value)) for bound, value in bounds.items()]
    return any(all(test(value, limit) for test, limit in limits) for value in values_of(document, field, kinds))


def _exists(body, document, kinds):
    return bool(values_of(document, body["field"], kinds))


def _prefix(body, document, kinds):
    ((field, start),) = body.items()
    return any(str(value).startswith(start) for value in values_of(document, field, kinds))


def _wildcard(body, document, kinds):
    ((field, form),) = body.items()
    regex = "".join({"*": "(?s:.*)", "?": "(?s:.)"}.get(sign, re.escape(sign)) for sign in form)
    return any(re.fullmatch(regex, str(value)) for value in values_of(document, field, kinds))


def in_order(documents, sort, kinds):
    """The documents by (field, descending) pairs, those without a value last; equal ones stay as they are."""
    for field, desc in reversed(sort):
        choose = max if desc else min
        valued = [one for one in documents if values_of(one, field, kinds)]
        without = [one for one in documents if not values_of(one, field, kinds)]
        valued.sort(key=lambda one: choose(values_of(one, field, kinds)), reverse=desc)
        documents = valued + without
    return documents
