"""Systems that no constant was chosen for: lines of one template are one category, whatever the format."""

import pytest

from tests.categorization.accuracy import grouping_accuracy
from tests.categorization.formats import SYSTEMS, lines_of
from unusual.categorization.categorizer import Categorizer


@pytest.mark.parametrize("system", SYSTEMS)
def test_lines_of_one_template_are_one_category(system):
    found = []
    for seed in (1, 2, 3):
        lines, events = lines_of(system, seed=seed)
        categorizer = Categorizer()
        groups = categorizer.assign(lines)
        found.append(grouping_accuracy(events, categorizer.roots[groups].tolist()))
    assert sum(found) / len(found) >= 0.9, found
