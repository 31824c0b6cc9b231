"""Options of the endpoint that lists filters."""

from typing import ClassVar

from pydantic import ConfigDict

from unusual.schema.options.paging import Paged


class FilterOptions(Paged):
    """Which page of the filters is read."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="get_filters")
