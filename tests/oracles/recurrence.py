"""What is left of a surprise in view of the past, said plainly: from the list of everything that was surprising."""

import math

from unusual.kernels.ranking import BINS, BLOCK, LARGEST, LEAST


def blocks(surprises):
    """The largest of each whole stretch of five buckets, the newest last."""
    size = int(BLOCK)
    return [max(surprises[at : at + size]) for at in range(0, len(surprises) - size + 1, size)]


def alike(surprises, surprise, window, near):
    """How many stretches were about as surprising, the older the less, each as large as the middle of its bin."""
    total = 0.0
    for age, largest in enumerate(reversed(blocks(surprises))):
        if largest > LEAST:
            share = (middle(largest) / surprise - near) / (1.0 - near)
            total += math.exp(-age * BLOCK / window) * min(1.0, max(0.0, share))
    return total


def middle(largest):
    """Of the bin it is counted in: the bins divide what lies between the least and the largest by equal ratios."""
    ratio = math.log(LARGEST / LEAST) / BINS
    return LEAST * math.exp((int(min(math.log(largest / LEAST) / ratio, BINS - 1.0)) + 0.5) * ratio)


def seen(surprises, window):
    """Buckets of whole stretches, the older the less."""
    return sum(BLOCK * math.exp(-age * BLOCK / window) for age in range(len(blocks(surprises))))


def left(surprises, surprise, window, likeness):
    """The rarity of a surprise after others that came one a bucket."""
    many = alike(surprises, surprise, window, likeness.near) if surprise > LEAST else 0.0
    if many <= 0.0:
        return surprise
    doubt = 1.0 / (1.0 + (many / likeness.few) ** 3)
    often = many / (doubt * window + (1.0 - doubt) * (seen(surprises, window) + BLOCK))
    return min(surprise, max(LEAST, likeness.beyond - math.log10(often)))
