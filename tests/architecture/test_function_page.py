"""The page on the functions tells of every function, as the engine's tables have it, and shows a picture of each."""

import re

import pytest

from examples.functions.tables import TABLES, families
from unusual.schema.functions import ALIASES, Function

BLOCK = re.compile(r"<!-- (table|picture): (\w+) -->\n(.*?)\n<!-- end -->", re.DOTALL)
FEW = 60_000  # bytes of a picture


@pytest.fixture
def blocks(root) -> dict[str, dict[str, str]]:
    """What `make docs` wrote, by kind and name."""
    page = (root / "docs" / "functions.md").read_text(encoding="utf-8")
    found = {"table": {}, "picture": {}}
    for kind, name, text in BLOCK.findall(page):
        found[kind][name] = text
    return found


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_the_page_is_that_of_the_engine(table, blocks):
    assert blocks["table"][table] == TABLES[table](), "run `make docs`"


@pytest.mark.parametrize("name", [*(function.value for function in Function), *ALIASES])
def test_a_function_is_named_in_the_table(name, blocks):
    assert f"`{name}`" in blocks["table"]["given"]


@pytest.mark.parametrize("base", families())
def test_a_function_is_shown_in_all_its_forms(base, blocks):
    shown = "\n".join(blocks["picture"].values())
    assert [function.value for function in families()[base] if f"`{function.value}`" not in shown] == []


def test_the_pictures_are_those_that_the_page_shows(root, blocks):
    shown = {re.search(r"!\[[^\]]+\]\((functions/\w+\.svg)\)", text)[1] for text in blocks["picture"].values()}
    there = {path.relative_to(root / "docs").as_posix() for path in (root / "docs" / "functions").iterdir()}
    assert shown == there


def test_a_picture_is_small_and_the_same_on_every_day(root):
    for path in (root / "docs" / "functions").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        assert len(text.encode()) < FEW, path.name
        assert not re.search(r"<dc:date>|Matplotlib v", text), path.name
