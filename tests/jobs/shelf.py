"""The `Documents` port in memory."""

from itertools import chain

from unusual.errors import NoSuchIndex, Taken
from unusual.jobs.ports import Change, Found, Outcome


class Shelf:
    """Indices with their documents: id → change."""

    def __init__(self) -> None:
        self.indices = {}
        self.kept = {}

    def add(self, index) -> None:
        if index.name in self.indices:
            raise Taken(f"index [{index.name}] already exists")
        self.indices[index.name] = index
        self.kept[index.name] = {}

    def all(self):
        return [self.indices[name] for name in sorted(self.indices)]

    def put(self, index) -> None:
        self.indices[index.name] = index

    def delete(self, name: str) -> None:
        self.indices.pop(name, None)
        self.kept.pop(name, None)

    def change(self, name: str, changes):
        if name not in self.kept:
            raise NoSuchIndex(name)
        return [self._take(self.kept[name], change) for change in changes]

    def append(self, name: str, batch):
        if name not in self.kept:
            raise NoSuchIndex(name)
        replaced = {*batch.ids} & {*self.kept[name]}
        if replaced and batch.only_new:
            raise Taken("some are there")
        ids = batch.ids or [f"{batch.key}-{place}" for place in range(len(batch.bodies))]
        for place, (one, body) in enumerate(zip(ids, batch.bodies, strict=True)):
            moments = {field: times[place] for field, times in batch.moments.items() if times[place] is not None}
            self.kept[name].pop(one, None)
            self.kept[name][one] = Change(one, body, moments)
        return replaced

    def get(self, name: str, document_id: str):
        change = self.kept.get(name, {}).get(document_id)
        return change and change.body

    def number(self, name: str) -> int:
        return len(self.kept[name])

    def number_within(self, stretch) -> int:
        return sum(1 for name in stretch.indices for _ in self._within(stretch, name))

    def fetch(self, name: str, document_ids):
        return {one: self.kept[name][one].body for one in document_ids if one in self.kept.get(name, {})}

    def scan(self, indices):
        for name in indices:
            for number, change in enumerate(self.kept[name].values()):
                yield Found(name, change.document_id, 0, change.body, number)

    def page(self, stretch, size: int):
        found = sorted(chain.from_iterable(self._within(stretch, name) for name in stretch.indices), key=lambda f: f[2])
        if len(found) <= size:
            return found
        grain = stretch.grain_ms
        return [one for one in found if one.time_ms // grain <= found[size - 1].time_ms // grain]

    def _within(self, stretch, name: str):
        start = float("-inf") if stretch.start_ms is None else stretch.start_ms
        end = float("inf") if stretch.end_ms is None else stretch.end_ms
        for number, change in enumerate(self.kept.get(name, {}).values()):
            time = change.moments.get(stretch.field)
            if time is not None and start <= time < end:
                yield Found(name, change.document_id, time, change.body, number)

    @staticmethod
    def _take(kept, change) -> Outcome:
        known = change.document_id in kept
        if change.body is None:
            kept.pop(change.document_id, None)
            return Outcome.DELETED if known else Outcome.NOT_FOUND
        if change.only_new and known:
            return Outcome.CONFLICT
        kept[change.document_id] = change
        return Outcome.UPDATED if known else Outcome.CREATED
