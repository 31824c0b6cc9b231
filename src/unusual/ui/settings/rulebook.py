"""Rules as people say them, and a rule out of an anomaly: "never report this again when ..."; knows no browser."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from unusual.analysis.control import Document

ROLES: Final = ("partition", "by", "over")
COMPARED: Final = {
    "": "whatever the value",
    "actual": "the value",
    "typical": "the usual value",
    "diff_from_typical": "the difference from the usual",
}
COMPARISONS: Final = {"lt": "is below", "lte": "is at most", "gt": "is above", "gte": "is at least"}
_ACTIONS: Final = {
    "skip_result": "do not report",
    "skip_model_update": "do not learn",
    "force_time_shift": "shift the model's clock",
}
_UNFIT: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Wish:
    """What is never to be reported again.

    scope      values of split fields for which that holds
    applies_to, operator, value  the condition, none with '' for `applies_to`
    learns     whether such values are still learnt from
    """

    scope: Mapping[str, str]
    applies_to: str = ""
    operator: str = "lt"
    value: float = 0.0
    learns: bool = True

    def rule(self, job_id: str) -> Document:
        """The rule, whose scope names the filters of `filters`."""
        conditions = [{"applies_to": self.applies_to, "operator": self.operator, "value": self.value}]
        return {
            "actions": ["skip_result", *([] if self.learns else ["skip_model_update"])],
            "scope": {field: {"filter_id": filter_id(job_id, field, value)} for field, value in self.scope.items()},
            "conditions": conditions if self.applies_to else [],
        }

    def filters(self, job_id: str) -> dict[str, str]:
        """The one value of each filter that the rule needs."""
        return {filter_id(job_id, field, value): value for field, value in self.scope.items()}


def filter_id(job_id: str, field: str, value: str) -> str:
    """The name of the filter with one value of a field.

    >>> filter_id("web", "host.name", "Web 1")
    'web-host-name-web-1'
    """
    return "-".join(_UNFIT.sub("-", text.lower()).strip("-") or "x" for text in (job_id, field, value))[:64].strip("-")


def entity_of(record: Document) -> dict[str, str]:
    """The values of split fields that an anomaly is of."""
    named = [(record.get(f"{role}_field_name"), record.get(f"{role}_field_value")) for role in ROLES]
    return {str(field): str(value) for field, value in named if field is not None and value is not None}


def said(rule: Document) -> str:
    """A rule in words."""
    scopes = [
        f"{field} is {'not ' if one.get('filter_type') == 'exclude' else ''}in {one['filter_id']}"
        for field, one in rule.get("scope", {}).items()
    ]
    conditions = [
        f"{COMPARED.get(one['applies_to'], one['applies_to'])} {COMPARISONS[one['operator']]} {one['value']:g}"
        for one in rule.get("conditions", ())
    ]
    actions = " and ".join(_ACTIONS[action] for action in rule["actions"])
    return f"{actions} when {' and '.join([*scopes, *conditions])}"


def rules_of(config: Document) -> list[Document]:
    """Every rule of a job as a row: its detector, its place among that one's rules, and what it says."""
    return [
        {
            "id": f"{index}.{place}",
            "index": index,
            "place": place,
            "detector": detector.get("detector_description", detector["function"]),
            "rule": said(rule),
        }
        for index, detector in enumerate(config["analysis_config"]["detectors"])
        for place, rule in enumerate(detector.get("custom_rules", ()))
    ]


def without_rule(config: Document, index: int, told: str) -> list[Document]:
    """The rules of the detector of that index but for one that says so, wherever among them it is by now."""
    rules = present(config, index)
    place = next((place for place, rule in enumerate(rules) if said(rule) == told), len(rules))
    return rules[:place] + rules[place + 1 :]


def with_rules(index: int, rules: Sequence[Document]) -> Document:
    """The update that gives the detector of that index these rules."""
    return {"detectors": [{"detector_index": index, "custom_rules": [*rules]}]}


def present(config: Document, index: int) -> list[Document]:
    """The rules that the detector of that index has."""
    return [*config["analysis_config"]["detectors"][index].get("custom_rules", ())]
