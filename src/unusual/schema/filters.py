"""Filters: named lists of values that rules refer to; knows no rules."""

from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, ConfigDict

from unusual.errors import Invalid
from unusual.schema.values import Closed, Words

_MOST_ITEMS: Final = 10_000


def _sorted(items: tuple[str, ...]) -> tuple[str, ...]:
    if len(items) > _MOST_ITEMS:
        raise Invalid(f"a filter can contain at most [{_MOST_ITEMS}] items; got [{len(items)}]")
    return tuple(sorted(set(items)))


class Filter(Closed):
    """A list of values, sorted and unique; one may start or end with `*`."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="filter")

    filter_id: str | None = None
    description: str | None = None
    items: Annotated[Words, AfterValidator(_sorted)]


class FilterUpdate(Closed):
    """What changes in a filter."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="filter_update")

    description: str | None = None
    add_items: Words = ()
    remove_items: Words = ()

    def applied_to(self, before: Filter) -> Filter:
        """The filter after the change; `errors.Invalid` for an item to remove that it does not have."""
        kept = {*before.items, *self.add_items}
        for item in self.remove_items:
            if item not in kept:
                raise Invalid(f"Cannot remove item [{item}] as it is not present in filter [{before.filter_id}]")
            kept.remove(item)
        description = before.description if self.description is None else self.description
        return before.model_copy(update={"items": _sorted(tuple(kept)), "description": description})
