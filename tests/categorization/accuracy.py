"""How well groups of lines are those of the events behind them."""

from collections import Counter


def grouping_accuracy(events, groups) -> float:
    """The share of lines whose group holds exactly the lines of one event: Zhu et al., ICSE 2019."""
    pairs, of_event, of_group = Counter(zip(events, groups, strict=True)), Counter(events), Counter(groups)
    right = [n for (event, group), n in pairs.items() if n == of_event[event] == of_group[group]]
    return sum(right) / len(events)
