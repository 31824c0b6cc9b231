"""Grouping accuracy on labelled logs stays where it was, one default setting for all."""

from collections import Counter

import pytest

from unusual.categorization.categorizer import Categorizer

SYSTEMS = ["Apache", "HDFS", "Hadoop", "HealthApp", "Linux", "OpenSSH", "Proxifier", "Zookeeper"]


def grouping_accuracy(events, groups) -> float:
    """The share of lines whose group holds exactly the lines of one event: Zhu et al., ICSE 2019."""
    pairs, of_event, of_group = Counter(zip(events, groups, strict=True)), Counter(events), Counter(groups)
    right = [n for (event, group), n in pairs.items() if n == of_event[event] == of_group[group]]
    return sum(right) / len(events)


@pytest.mark.parametrize("ending", ["messages", "log"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_lines_of_one_event_are_one_category(system, ending, shared):
    folder = shared / "data" / "logs"
    lines, events = ((folder / f"{system}.{name}").read_text().split("\n")[:-1] for name in (ending, "labels"))
    categorizer = Categorizer()
    groups = categorizer.assign(lines)
    assert grouping_accuracy(events, categorizer.roots[groups].tolist()) >= 0.985
