"""What moves the clocks of a job's models: scheduled events and rules, each once where it begins.

Knows the plan and the calendar; knows neither which series a rule means nor any model.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from unusual.analysis.detection import Concluded, Detection
from unusual.analysis.moving import Moving
from unusual.analysis.plan import Plan
from unusual.detect.features import Clocked
from unusual.detect.schedule import Event
from unusual.kernels.arrays import Flags, Ints


class Shift(NamedTuple):
    """All clocks go ahead by so many seconds from the first of buckets first .. until - 1 on."""

    first: int
    until: int
    seconds: int


class Moved(NamedTuple):
    """The clocks of some series of a detector, (S,), went ahead by so many seconds."""

    detector: int
    series: Flags
    seconds: int


class Clocks:
    """Which shifts there are, and which of them have begun."""

    def __init__(self, plan: Plan, detection: Detection) -> None:
        """Nothing has begun."""
        self._plan = plan
        self._detection = detection
        self._rules: list[Moving] = []
        self._events: list[Shift] = []
        self._begun: set[Shift] = set()
        self._tried: list[Moved] = []  # by interim buckets
        self._before: tuple[set[Shift], list[Flags]] | None = None  # what had begun before those
        self.obey()

    def obey(self) -> None:
        """The rules of the detection are what they are now; those that it had before go on."""
        before = {(moving.number, moving.rule): moving for moving in self._rules}
        pairs = enumerate(zip(self._plan.detectors, self._detection.rules, strict=True))
        self._rules = [
            before.get((number, rule)) or Moving(number, detector, rule, self._detection, self._plan.span)
            for number, (detector, rules) in pairs
            for rule in dict.fromkeys(rules)
            if rule.shift
        ]

    def follow(self, events: Iterable[Event]) -> None:
        """These are the scheduled events from now on."""
        self._events = [Shift(event.first, event.until, event.shift) for event in events if event.shift]

    @property
    def edges(self) -> list[int]:
        """Where shifts by rules begin and end; those by events do with them."""
        return [edge for moving in self._rules for edge in (moving.first, moving.until)]

    def watching(self, bucket: int) -> bool:
        """Whether a value of this bucket may move a clock, so that the next one must be judged after it."""
        return any(moving.rule.asks_for_values and moving.active(bucket) for moving in self._rules)

    def turn(self, bucket: int, *, interim: bool) -> None:
        """Let begin what does by a bucket, before it is judged; what is over may begin anew another time."""
        if interim and self._before is None:
            self._before = self._begun, [moving.begun for moving in self._rules]
        active = {shift for shift in self._events if shift.first <= bucket < shift.until}
        moved = [
            Moved(number, np.ones(self._detection.splits[detector.source].size, np.bool_), shift.seconds)
            for shift in active - self._begun
            for number, detector in enumerate(self._plan.detectors)
        ]
        moved += [Moved(moving.number, moving.turn(bucket), moving.rule.shift) for moving in self._rules]
        self._begun = active
        self._move(moved)
        self._tried += moved if interim else []

    def heed(self, concluded: Concluded) -> None:
        """Let begin what the values of buckets that are over do, of one where any may."""
        self._move([Moved(moving.number, moving.heed(concluded), moving.rule.shift) for moving in self._rules])

    def turn_back(self) -> None:
        """Undo what interim buckets have let begin."""
        self._move([moved._replace(seconds=-moved.seconds) for moved in self._tried])
        self._tried = []
        if self._before is not None:
            self._begun, begun = self._before
            self._before = None
            for moving, flags in zip(self._rules, begun, strict=True):
                moving.begun = flags

    def _move(self, moved: list[Moved]) -> None:
        for detector, series, seconds in moved:
            if series.any():
                for feature in self._detection.features[detector]:
                    if isinstance(feature, Clocked):
                        feature.shift(seconds, series)

    def keep(self, staying: list[Ints]) -> None:
        """Forget all series but those that stay, (s,) of each source in order, which move up."""
        for moving in self._rules:
            moving.keep(staying)

    def state(self) -> dict[str, Any]:
        """What `restore` needs."""
        rules = [{"of": [moving.number, repr(moving.rule)], "begun": moving.begun} for moving in self._rules]
        return {"events": sorted(list(shift) for shift in self._begun), "rules": rules}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue where `state` was taken, as far as the rules are the same."""
        self._begun = {Shift(*shift) for shift in state["events"]}
        begun = {tuple(rule["of"]): rule["begun"] for rule in state["rules"]}
        for moving in self._rules:
            moving.begun = begun.get((moving.number, repr(moving.rule)), moving.begun).copy()
