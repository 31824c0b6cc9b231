"""Laws of categorization: blocks, restoring, stability, bounds, and definitions that tell the truth of their lines."""

import random
import re
import string

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.categorization.lines import JUNK, LINES
from unusual.analysis.snapshot import dump, load
from unusual.categorization.categorizer import LONGEST_EXAMPLE, Categorizer


def learnt(lines):
    categorizer = Categorizer()
    return categorizer, categorizer.assign(lines)


@given(LINES, st.data())
def test_numbers_do_not_depend_on_how_lines_are_cut_into_blocks(lines, data):
    whole, numbers = learnt(lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(lines)), max_size=5)))
    pieces = Categorizer()
    parts = [pieces.assign(lines[a:b]) for a, b in zip([0, *cuts], [*cuts, len(lines)], strict=True)]
    assert np.concatenate(parts).tolist() == numbers.tolist()
    assert pieces.definitions() == whole.definitions()


@given(LINES, LINES)
def test_a_restored_categorizer_goes_on_as_if_never_stopped(before, after):
    first, _ = learnt(before)
    second = Categorizer()
    second.restore(load(dump(first.state())))
    assert second.definitions() == first.definitions()
    assert second.assign(after).tolist() == first.assign(after).tolist()
    assert second.definitions() == first.definitions()
    assert dump(second.state()) == dump(first.state())


@given(LINES, LINES)
def test_a_number_never_changes_what_it_stands_for(before, after):
    categorizer, numbers = learnt(before)
    roots = categorizer.roots[numbers].copy()
    terms = {one.category_id: one.terms for one in categorizer.definitions()}
    categorizer.assign(after)
    for root in set(roots.tolist()) - {0}:
        now = next(one for one in categorizer.definitions() if one.category_id == categorizer.roots[root])
        assert root == now.category_id or root in now.merged
        assert is_within(now.terms, terms[root])  # it may have become more general, no more
        assert now.category_id <= root


def is_within(part, whole) -> bool:
    rest = iter(whole)
    return all(word in rest for word in part)


@given(LINES)
def test_a_definition_is_true_of_every_line_of_its_category(lines):
    categorizer, numbers = learnt(lines)
    definitions = {one.category_id: one for one in categorizer.definitions()}
    roots = categorizer.roots[numbers].tolist()
    for line, root in zip(lines, roots, strict=True):
        if line is None:
            assert root == 0
            continue
        one = definitions[root]
        assert re.fullmatch(one.regex, line.encode("utf-8", "replace").decode(), re.DOTALL)
        assert len(line) <= one.max_matching_length
    for root, one in definitions.items():
        members = [line for line, other in zip(lines, roots, strict=True) if other == root]
        assert one.num_matches == len(members)
        assert set(one.examples) <= {line[:LONGEST_EXAMPLE] for line in members}
        assert len(one.examples) == len(set(one.examples))
        assert 1 <= len(one.examples) <= 4


@given(st.lists(st.binary(max_size=80), max_size=20))
def test_any_bytes_are_categorized(raw):
    lines = [one.decode("latin-1") for one in raw] + [one.decode("utf-8", "surrogateescape") for one in raw]
    assert (learnt(lines)[1] > 0).all()


@given(st.lists(JUNK, min_size=1, max_size=10))
def test_a_series_and_a_list_give_the_same_numbers(lines):
    assert learnt(pl.Series(lines, dtype=pl.String))[1].tolist() == learnt(lines)[1].tolist()


def test_a_word_with_many_values_becomes_a_variable_and_the_first_number_stays():
    names = ["".join(pair) for pair in zip(string.ascii_lowercase, string.ascii_lowercase[1:], strict=False)]
    categorizer, numbers = learnt([f"backup of volume {name} has finished" for name in names])
    assert categorizer.roots[numbers].tolist() == [1] * len(names)
    (only,) = categorizer.definitions()
    assert only.template == "backup of volume <*> has finished"
    assert only.num_matches == len(names)
    assert only.merged == tuple(range(2, max(numbers) + 1))
    assert only.examples[0] == "backup of volume ab has finished"


def test_free_text_behind_the_same_words_becomes_one_category():
    draw = random.Random(5)
    lines = [f"operator left this remark {' '.join(words(draw, draw.randint(1, 6)))}" for _ in range(200)]
    categorizer, numbers = learnt(lines)
    assert len(set(categorizer.roots[numbers][100:].tolist())) == 1


def test_several_words_between_the_same_words_are_one_value():
    draw = random.Random(5)
    lines = [f"parcel {' '.join(words(draw, draw.randint(1, 4)))} could not be delivered {n}" for n in range(200)]
    categorizer, numbers = learnt(lines)
    assert set(categorizer.roots[numbers].tolist()) == {1}
    assert categorizer.definitions()[0].template == "parcel <*> could not be delivered <*>"


def test_several_words_behind_a_known_value_are_one_value():
    draw = random.Random(5)
    lines = [
        f"copy of {words(draw, 1)[0]} failed because {' '.join(words(draw, draw.randint(1, 5)))}" for _ in range(200)
    ]
    categorizer, numbers = learnt(lines)
    assert set(categorizer.roots[numbers].tolist()) == {1}
    assert categorizer.definitions()[0].template == "copy of <*> failed because <*>"


@given(LINES, st.randoms(use_true_random=False))
def test_each_partition_is_categorized_as_if_it_were_alone(lines, chance):
    partitions = np.array([chance.randrange(3) for _ in lines], np.int64)
    together = Categorizer()
    numbers = together.assign(lines, partitions=partitions)
    numbers = together.roots[numbers]
    assert {*numbers.tolist()} <= {0, *(one.category_id for one in together.definitions())}
    owners = {one.category_id: one.partition for one in together.definitions()}
    for partition in range(3):
        own = np.flatnonzero(partitions == partition)
        alone, given_alone = learnt([lines[at] for at in own])
        pairs = {*zip(numbers[own].tolist(), alone.roots[given_alone].tolist(), strict=True)}
        assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})
        assert {owners[number] for number, _ in pairs if number} <= {partition}


@given(LINES)
def test_what_is_compared_may_be_another_text_than_what_is_shown(lines):
    texts = [None if line is None else f"kind {len(line) % 3} of line" for line in lines]
    shown, plain = Categorizer(tokens=True), Categorizer(tokens=True)
    assert shown.assign(lines, compared=texts).tolist() == plain.assign(texts).tolist()
    assert {one for category in shown.definitions() for one in category.examples} <= {*filter(None, lines), ""}


@settings(max_examples=25)
@given(st.randoms(use_true_random=False), st.integers(2, 6), st.integers(2, 40))
def test_the_laws_hold_for_many_lines_of_few_words(chance, longest, vocabulary):
    known = ["A B", "user", "=", "7", *words(chance, vocabulary)]
    lines = [" ".join(chance.choices(known, k=chance.randint(1, longest))) for _ in range(300)]
    lines += [f"the {' '.join(chance.choices(known, k=chance.randint(1, longest)))} has ended well" for _ in range(100)]
    chance.shuffle(lines)
    whole, numbers = learnt(lines)
    pieces = Categorizer()
    first = pieces.assign(lines[:201]).tolist()
    other = Categorizer()
    other.restore(load(dump(pieces.state())))
    assert first + other.assign(lines[201:]).tolist() == numbers.tolist()
    assert other.definitions() == whole.definitions()
    patterns = {one.category_id: re.compile(one.regex) for one in whole.definitions()}
    assert all(patterns[root].fullmatch(line) for line, root in zip(lines, whole.roots[numbers].tolist(), strict=True))
    assert sum(one.num_matches for one in whole.definitions()) == len(lines)


def test_few_values_stay_apart():
    lines = [f"the job changed its state to {state}" for state in ("open", "closed", "failed")] * 50
    assert len(learnt(lines)[0].definitions()) == 3


def words(draw, count):
    return ["".join(draw.choices(string.ascii_lowercase, k=7)) for _ in range(count)]


@pytest.mark.parametrize("count", [1, 6])
def test_memory_is_bounded_on_lines_of_random_words(count):
    draw = random.Random(3)
    categorizer = Categorizer(most_categories=100)
    sizes = []
    for _ in range(4):
        categorizer.assign([" ".join(words(draw, count)) for _ in range(3000)])
        sizes.append(len(dump(categorizer.state())))
    known = len(categorizer.state()["remembered"]["forms"]) * 12  # bytes; bounded by `remembered.MOST`
    assert max(categorizer.roots) == 101  # the last is for all that found no room
    assert categorizer.failed > 0
    assert sizes[-1] - sizes[0] < known


def test_forms_that_were_forgotten_are_found_again(monkeypatch):
    monkeypatch.setattr("unusual.categorization.remembered.MOST", 16)
    monkeypatch.setattr("unusual.categorization.remembered.FEWEST", 8)
    lines = [f"the {name} is open" for name in "abcdefghijklmnopqrstuvwxyz" if name != "v"] * 3
    categorizer, numbers = learnt(lines)
    assert np.array_equal(categorizer.roots[numbers[:25]], categorizer.roots[numbers[50:]])


def test_the_same_lines_give_the_same_state():
    lines = [f"request {number} of customer {number % 7} took {number} ms" for number in range(50)]
    assert dump(learnt(lines)[0].state()) == dump(learnt(lines)[0].state())
