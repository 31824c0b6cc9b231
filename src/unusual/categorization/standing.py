"""How well lines fall into categories, from counts alone; knows the counts clients read, not lines.

What is frequent, rare and dead, and when the lines seem unfit, is as documented for `categorization_status`.
"""

from dataclasses import dataclass
from typing import Final

FREQUENT: Final = 100  # a category with more than one line in so many
FEWEST: Final = 100  # lines: of fewer than FREQUENT any category is frequent, and the other shares mean little
MOST_RARE, MOST_NEW, MOST_DEAD = 0.9, 0.5, 0.5  # shares of rare and dead ones, and of categories among lines


@dataclass(frozen=True)
class Standing:
    """Counts, named as clients read them.

    categorized_doc_count    lines
    total_category_count     categories there have ever been
    frequent_category_count  with more than one line in a hundred
    rare_category_count      with one line
    dead_category_count      that others have taken the place of
    failed_category_count    lines that would have begun a category when there was no room
    """

    categorized_doc_count: int = 0
    total_category_count: int = 0
    frequent_category_count: int = 0
    rare_category_count: int = 0
    dead_category_count: int = 0
    failed_category_count: int = 0

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the lines seem unfit for categorization; none when they seem fit.

        >>> Standing(1000, 1, 1, 0, 0).reasons
        ('there is only one category',)
        """
        lines, total = self.categorized_doc_count, self.total_category_count
        if lines < FEWEST:
            return ()
        found = {
            "there is only one category": total == 1,
            "more than 90% of categories are rare": self.rare_category_count > MOST_RARE * total,
            "there are more than half as many categories as documents": total > MOST_NEW * lines,
            "there are no frequently matched categories": self.frequent_category_count == 0,
            "more than 50% of categories are dead": self.dead_category_count > MOST_DEAD * total,
        }
        return tuple(reason for reason, holds in found.items() if holds)
