"""Analyzers do to lines what is published of their parts."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unusual.analysis.analyzers import analysis_of
from unusual.errors import Refused
from unusual.schema.analyzer_parts import ANALYZERS, FILTERS, TOKENIZERS
from unusual.schema.categorization import Analyzer, default_analyzer

LINE = "The 2 QUICK Brown-Foxes jumped over the lazy dog's bone."  # the published example of several parts
FORMS = {"mappings": ["a=>b"], "tokenize_on_chars": ["-"], "keep_words": ["a"], "pattern": "a+"}


def compared(analyzer, *lines):
    """What is compared of lines, tokens with bars between; of one line if there is one."""
    found = analysis_of(Analyzer.model_validate(analyzer)).compared(pl.Series(lines, dtype=pl.String))
    told = [None if one is None else one.replace("\x1f", "|") for one in found]
    return told[0] if len(told) == 1 else told


@pytest.mark.parametrize(
    ("tokenizer", "expected"),
    [
        ("standard", "The|2|QUICK|Brown|Foxes|jumped|over|the|lazy|dog's|bone"),
        ("letter", "The|QUICK|Brown|Foxes|jumped|over|the|lazy|dog|s|bone"),
        ("lowercase", "the|quick|brown|foxes|jumped|over|the|lazy|dog|s|bone"),
        ("whitespace", "The|2|QUICK|Brown-Foxes|jumped|over|the|lazy|dog's|bone."),
        ("keyword", LINE),
        ("pattern", "The|2|QUICK|Brown|Foxes|jumped|over|the|lazy|dog|s|bone"),
        ({"type": "pattern", "pattern": "[A-Z]+", "group": 0}, "T|QUICK|B|F"),
        ({"type": "simple_pattern", "pattern": "[a-z]{4}"}, "rown|oxes|jump|over|lazy|bone"),
        (
            {"type": "simple_pattern_split", "pattern": "[^A-Za-z]+"},
            "The|QUICK|Brown|Foxes|jumped|over|the|lazy|dog|s|bone",
        ),
        (
            {"type": "char_group", "tokenize_on_chars": ["whitespace", "-"]},
            "The|2|QUICK|Brown|Foxes|jumped|over|the|lazy|dog's|bone.",
        ),
        ("ml_standard", LINE),
    ],
)
def test_a_tokenizer_cuts(tokenizer, expected):
    assert compared({"tokenizer": tokenizer}, LINE) == expected


@pytest.mark.parametrize(
    ("given_filter", "expected"),
    [
        ("lowercase", "the|quick|quick|élan|a"),
        ("uppercase", "THE|QUICK|QUICK|ÉLAN|A"),
        ("unique", "The|quick|élan|a"),
        ("asciifolding", "The|quick|quick|elan|a"),
        ("stop", "The|quick|quick|élan"),
        ({"type": "stop", "ignore_case": "true"}, "quick|quick|élan"),
        ({"type": "stop", "stopwords": ["quick", "_none_"]}, "The|élan|a"),
        ({"type": "keep", "keep_words": ["quick", "the"]}, "quick|quick"),
        ({"type": "length", "min": 2, "max": "4"}, "The|élan"),
        ("limit", "The"),
        ({"type": "truncate", "length": 2}, "Th|qu|qu|él|a"),
        ({"type": "pattern_replace", "pattern": "^(.)(.)", "replacement": "$2$1"}, "hTe|uqick|uqick|léan|a"),
        ({"type": "pattern_replace", "pattern": "i|c", "all": False}, "The|quck|quck|élan|a"),
    ],
)
def test_a_filter_changes_tokens(given_filter, expected):
    assert compared({"tokenizer": "whitespace", "filter": given_filter}, "The quick quick élan a") == expected


@pytest.mark.parametrize(
    ("char_filter", "expected"),
    [
        ("first_non_blank_line", " 12"),
        ("first_line_with_letters", "a&amp;b <i>c"),
        ("html_strip", "\n 12\na&b  c\nd"),
        ({"type": "mapping", "mappings": ["a => x", "c=>"]}, "\n 12\nx&xmp;b <i>\nd"),
        ({"type": "pattern_replace", "pattern": r"(?<digits>\d)\d", "replacement": r"\$$1"}, "\n $1\na&amp;b <i>c\nd"),
        (
            {"type": "pattern_replace", "pattern": "A", "replacement": "_", "flags": "CASE_INSENSITIVE"},
            "\n 12\n_&_mp;b <i>c\nd",
        ),
        ({"type": "pattern_replace", "pattern": r"(?<=<)i(?=>)"}, "\n 12\na&amp;b <>c\nd"),
    ],
)
def test_a_character_filter_changes_text(char_filter, expected):
    assert compared({"char_filter": char_filter, "tokenizer": "keyword"}, "\n 12\na&amp;b <i>c\nd") == expected


def test_messages_are_whole_unless_a_filter_takes_a_line():
    assert compared({"tokenizer": "ml_classic"}, "one\ntwo") == "one two"
    assert compared({"tokenizer": "ml_classic", "char_filter": "first_non_blank_line"}, "one\ntwo") == "one\ntwo"


def test_stopwords_of_the_own_cut_tell_nothing():
    analysis = analysis_of(default_analyzer())
    assert analysis.cut is None
    assert {"Monday", "Feb", "UTC"} < {*analysis.stopwords}


def test_missing_and_empty_lines_stay_in_their_place():
    assert compared({"tokenizer": "whitespace"}, "a b", None, "", "c") == ["a|b", "", "", "c"]


@pytest.mark.parametrize(
    "analyzer",
    [
        {"tokenizer": {"type": "pattern", "group": 1}},
        {"tokenizer": "letter", "filter": {"type": "stop", "stopwords": "_french_"}},
    ],
)
def test_what_cannot_be_done_is_refused_by_name(analyzer):
    with pytest.raises(Refused, match="this version"):
        analysis_of(Analyzer.model_validate(analyzer))


PARTS = [
    *(
        {"tokenizer": {"type": name, **{one: FORMS[one] for one in known if one in FORMS}}}
        for name, known in TOKENIZERS.items()
    ),
    *(
        {"tokenizer": "whitespace", "filter": {"type": name, **{one: FORMS[one] for one in known if one in FORMS}}}
        for name, known in FILTERS.items()
    ),
    *({"analyzer": name} for name in ANALYZERS),
]


@pytest.mark.parametrize("analyzer", PARTS, ids=str)
@settings(max_examples=8)
@given(st.lists(st.none() | st.text(max_size=20) | st.text("aB -\n\x1f1", max_size=20), max_size=6))
def test_no_text_breaks_a_part_and_each_line_is_read_alone(analyzer, lines):
    together = analysis_of(Analyzer.model_validate(analyzer)).compared(pl.Series(lines, dtype=pl.String))
    assert len(together) == len(lines)
    alone = [compared(analyzer, line) for line in lines]
    assert [None if one is None else one.replace("\x1f", "|") for one in together] == alone
