"""When lines count as unfit for categorization."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.categorization.categorizer import Categorizer
from unusual.categorization.standing import Standing


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (Standing(1000, 1, 1, 0, 0), "there is only one category"),
        (Standing(1000, 100, 9, 91, 0), "more than 90% of categories are rare"),
        (Standing(1000, 501, 2, 400, 0), "there are more than half as many categories as documents"),
        (Standing(1000, 100, 0, 80, 0), "there are no frequently matched categories"),
        (Standing(1000, 100, 5, 10, 51), "more than 50% of categories are dead"),
    ],
)
def test_each_reason_warns_on_its_own(standing, reason):
    assert standing.reasons == (reason,)


@pytest.mark.parametrize("standing", [Standing(99, 99, 99, 99, 0), Standing(), Standing(1000, 100, 5, 90, 50)])
def test_few_lines_and_shares_up_to_the_bounds_do_not_warn(standing):
    assert standing.reasons == ()


@given(st.lists(st.tuples(st.sampled_from(["disk full", "fan slow", "pump hot", "x", None]), st.integers(0, 2))))
def test_counts_are_those_of_a_plain_count(rows):
    categorizer = Categorizer()
    categorizer.assign([line for line, _ in rows], partitions=np.array([of for _, of in rows], np.int64))
    for partition, counts in enumerate(categorizer.standings(3).tolist()):
        lines = [line for line, of in rows if of == partition and line is not None]
        kinds = {line: lines.count(line) for line in lines}
        assert Standing(*counts) == Standing(
            categorized_doc_count=len(lines),
            total_category_count=len(kinds),
            frequent_category_count=sum(100 * count > len(lines) for count in kinds.values()),
            rare_category_count=sum(count == 1 for count in kinds.values()),
        )
