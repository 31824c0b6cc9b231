"""What moves the clocks of a job's models: scheduled events and rules, each once where it begins.

Knows the plan, the calendar and which series a rule means; knows no model.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from unusual.analysis.detection import Detection
from unusual.analysis.plan import Plan
from unusual.detect.exclusions import Rule, series_within
from unusual.detect.features import Clocked
from unusual.detect.schedule import Event


class Shift(NamedTuple):
    """The clocks of some series go ahead by so many seconds from the first of buckets first .. until - 1 on.

    detector  position of the one whose rule it is, None for an event, which means all
    """

    first: int
    until: int
    seconds: int
    detector: int | None = None
    rule: Rule | None = None


class Clocks:
    """Which shifts there are, and which of them have begun."""

    def __init__(self, plan: Plan, detection: Detection) -> None:
        """Nothing has begun."""
        self._plan = plan
        self._detection = detection
        self._rules = [
            Shift(*rule.buckets(plan.span), rule.shift, number, rule)
            for number, detector in enumerate(plan.detectors)
            for rule in detector.rules
            if rule.shift
        ]
        self._events: list[Shift] = []
        self._begun: set[str] = set()
        self._tried: list[Shift] = []

    def follow(self, events: Iterable[Event]) -> None:
        """These are the scheduled events from now on."""
        self._events = [Shift(event.first, event.until, event.shift) for event in events if event.shift]

    @property
    def edges(self) -> list[int]:
        """Where shifts by rules begin and end; those by events do with them."""
        return [edge for shift in self._rules for edge in (shift.first, shift.until)]

    def turn(self, bucket: int, *, interim: bool) -> None:
        """Let begin what does by a bucket, before it is judged; what is over may begin anew another time."""
        active = [shift for shift in (*self._events, *self._rules) if shift.first <= bucket < shift.until]
        for shift in active:
            if repr(shift) not in self._begun and shift not in self._tried:
                self._move(shift, shift.seconds)
                self._tried += [shift] if interim else []
        if not interim:
            self._begun = {repr(shift) for shift in active}

    def turn_back(self) -> None:
        """Undo what interim buckets have let begin."""
        for shift in self._tried:
            self._move(shift, -shift.seconds)
        self._tried = []

    def _move(self, shift: Shift, seconds: int) -> None:
        known = self._detection
        for number, detector in enumerate(self._plan.detectors):
            if shift.detector in (None, number):
                split = known.splits[detector.source]
                chosen = np.ones(split.size, np.bool_)
                if shift.rule is not None:
                    chosen = series_within(shift.rule, split, known.dictionaries, known.lists)
                for feature in known.features[number]:
                    if isinstance(feature, Clocked):
                        feature.shift(seconds, chosen)

    def state(self) -> list[str]:
        """What `restore` needs."""
        return sorted(self._begun)

    def restore(self, state: list[str]) -> None:
        """Continue where `state` was taken."""
        self._begun = set(state)
