"""Grok patterns find the values of the lines they were made from."""

import re

import pytest
from hypothesis import example, given

from tests.categorization.lines import LINES
from unusual.categorization.categorizer import Categorizer
from unusual.categorization.grok import KINDS, grok_pattern

SHAPES = {kind.pattern: kind.shape.pattern for kind in KINDS}


def expanded(pattern: str) -> str:
    return re.sub(r"%\{(\w+):(\w+)\}", lambda found: f"(?P<{found[2]}>{SHAPES[found[1]]})", pattern)


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("2024-01-02T03:04:05Z host up", {"timestamp": "2024-01-02T03:04:05Z"}),
        ("Jan  2 03:04:05 host up", {"timestamp": "Jan  2 03:04:05"}),
        ("host up since 3 days from 10.0.0.1", {"number": "3", "ipaddress": "10.0.0.1"}),
        ("host up 5 6 7", {"number": "5", "number2": "6", "number3": "7"}),
        ("host up by bob@example.org at /var/log/x", {"email": "bob@example.org", "path": "/var/log/x"}),
        ("host up 550e8400-e29b-41d4-a716-446655440000", {"uuid": "550e8400-e29b-41d4-a716-446655440000"}),
        ("host up 0xff ERROR https://x.org/a", {"hexadecimal": "0xff", "loglevel": "ERROR", "uri": "https://x.org/a"}),
        ("host up nobody knows", {}),
    ],
)
def test_values_are_found_by_their_kind(line, fields):
    found = re.fullmatch(expanded(grok_pattern(("host", "up"), (line,))), line)
    assert found.groupdict() == fields


def test_only_what_all_examples_have_is_a_field():
    assert grok_pattern(("host", "up"), ("host 7 up 5", "host x up 6")) == ".*?host.+?up.*?%{NUMBER:number}.*"


def test_words_that_are_not_in_the_examples_give_a_plain_pattern():
    assert grok_pattern(("host", "up"), ("HOST UP",)) == ".*?host.*?up.*"


@given(LINES)
@example(["0G:G"])  # a number that is a word's beginning is none
def test_every_example_matches_the_pattern_of_its_category(lines):
    categorizer = Categorizer()
    categorizer.assign(lines)
    for one in categorizer.definitions():
        pattern = re.compile(expanded(grok_pattern(one.terms, one.examples)), re.DOTALL)
        assert all(pattern.fullmatch(example) for example in one.examples)
