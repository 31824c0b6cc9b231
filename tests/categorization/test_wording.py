"""What several lines have in common."""

from hypothesis import given
from hypothesis import strategies as st

from unusual.categorization.wording import collapsed, in_common, terms_of

SHAPES = st.lists(st.none() | st.sampled_from("abc"), max_size=6).map(collapsed)


def is_within(part, whole) -> bool:
    rest = iter(whole)
    return all(word in rest for word in part)


def longest(one, other) -> int:
    """The length of the longest common subsequence, the slow way."""
    if not one or not other:
        return 0
    skipped = max(longest(one[1:], other), longest(one, other[1:]))
    return max(skipped, 1 + longest(one[1:], other[1:])) if one[0] == other[0] else skipped


@given(SHAPES, SHAPES)
def test_what_is_in_common_is_in_both_and_no_longer_run_is(one, other):
    common = terms_of(in_common(one, other))
    assert is_within(common, terms_of(one))
    assert is_within(common, terms_of(other))
    assert len(common) == longest(terms_of(one), terms_of(other))


@given(SHAPES, SHAPES)
def test_the_order_of_two_shapes_does_not_change_how_much_they_share(one, other):
    assert len(terms_of(in_common(one, other))) == len(terms_of(in_common(other, one)))


@given(SHAPES)
def test_a_shape_has_itself_in_common_with_itself(shape):
    assert in_common(shape, shape) == shape
