"""Whom a result is about."""

from hypothesis import given
from hypothesis import strategies as st

from unusual.analysis.subjects import named, subject, subjects_between, subjects_of

NAMES = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), min_size=1)


def test_the_finest_value_comes_first():
    roles = {
        f"{role}_field_{part}": f"{role}-{part}" for role in ("partition", "by", "over") for part in ("name", "value")
    }
    expected = [subject(f"{role}-name", f"{role}-value") for role in ("by", "over", "partition")]
    assert [*subjects_of(roles)] == expected


def test_a_document_that_names_nobody_has_no_subject():
    assert subjects_of({"by_field_name": "host"}) == ()
    assert subjects_of({"by_field_name": "host", "by_field_value": 7}) == ()


@given(NAMES, NAMES, st.text())
def test_the_subjects_of_a_field_lie_between_its_ends_and_no_others_do(field, other, value):
    first, until = subjects_between(field)
    assert first <= subject(field, value) < until
    assert named(subject(field, value)) == (field, value)
    if other != field:
        assert not first <= subject(other, value) < until
