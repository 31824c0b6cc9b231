"""Log lines as a list or a column, and their categories as frames."""

import polars as pl

import unusual
from unusual import categorize

LINES = ["user ann left after 5 s", "disk full", None, "user ann left after 12 s"]


def test_lines_give_a_frame_of_numbers_and_a_frame_of_categories():
    lines, categories = categorize(LINES)
    assert lines.to_dict(as_series=False) == {"line": [0, 1, 2, 3], "category_id": [1, 2, 0, 1]}
    assert categories["template"].to_list() == ["user ann left after <*>", "disk full"]
    assert categories["num_matches"].to_list() == [2, 1]
    assert categories["examples"].to_list() == [[LINES[0], LINES[3]], ["disk full"]]
    assert lines.join(categories, on="category_id").height == 3


def test_a_column_gives_what_a_list_gives():
    listed, given = categorize(LINES), categorize(pl.Series(LINES))
    assert given.lines.equals(listed.lines)
    assert given.categories.equals(listed.categories)


def test_numbers_are_those_at_the_end():
    names = ["ash", "birch", "cedar", "elm", "fir", "larch", "oak", "pine"]
    lines = categorize([f"copy of folder {name} has begun" for name in names]).lines
    assert lines["category_id"].to_list() == [1] * len(names)


def test_no_lines_give_empty_frames():
    lines, categories = categorize([])
    assert lines.is_empty()
    assert categories.is_empty()
    assert lines.columns == ["line", "category_id"]


def test_examples_are_kept_up_to_a_limit():
    found = categorize([f"took {number} ms" for number in range(9)], examples=2).categories
    assert found["examples"].to_list() == [["took 0 ms", "took 1 ms"]]


def test_the_package_offers_it():
    assert "categorize" in unusual.__all__
    assert unusual.categorize is categorize
