"""Grouping accuracy on labelled logs stays where it was, one default setting for all."""

import pytest

from tests.categorization.accuracy import grouping_accuracy
from unusual.categorization.categorizer import Categorizer

SYSTEMS = ["Apache", "HDFS", "Hadoop", "HealthApp", "Linux", "OpenSSH", "Proxifier", "Zookeeper"]


@pytest.mark.parametrize("ending", ["messages", "log"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_lines_of_one_event_are_one_category(system, ending, shared):
    folder = shared / "data" / "logs"
    lines, events = ((folder / f"{system}.{name}").read_text().split("\n")[:-1] for name in (ending, "labels"))
    categorizer = Categorizer()
    groups = categorizer.assign(lines)
    assert grouping_accuracy(events, categorizer.roots[groups].tolist()) >= 0.985
