"""The `Configs` port."""

import pytest

from unusual.errors import Taken
from unusual.store.bundle import Store


def test_a_document_comes_back_as_it_was(store: Store) -> None:
    document = {"items": ["b", "ü"], "description": None, "nested": {"size": 1.5}}
    store.configs.add("filter", "safe", document)
    assert store.configs.get("filter", "safe") == document
    assert store.configs.get("calendar", "safe") is None


def test_a_name_is_given_once_per_kind(store: Store) -> None:
    store.configs.add("filter", "safe", {"n": 1})
    store.configs.add("calendar", "safe", {"n": 2})
    with pytest.raises(Taken, match=r"A filter with id \[safe\] already exists"):
        store.configs.add("filter", "safe", {"n": 3})
    assert store.configs.get("filter", "safe") == {"n": 1}


def test_put_stores_and_replaces(store: Store) -> None:
    store.configs.put("settings", "upgrade", {"on": False})
    store.configs.put("settings", "upgrade", {"on": True})
    assert store.configs.all("settings") == [{"on": True}]


def test_all_documents_of_a_kind_are_sorted_by_name(store: Store) -> None:
    for name in ("b", "a", "c"):
        store.configs.put("filter", name, {"name": name})
    assert [each["name"] for each in store.configs.all("filter")] == ["a", "b", "c"]
    assert store.configs.all("calendar") == []


def test_delete_says_whether_there_was_one(store: Store) -> None:
    store.configs.put("filter", "a", {})
    assert store.configs.delete("filter", "a")
    assert not store.configs.delete("filter", "a")
    assert store.configs.get("filter", "a") is None
