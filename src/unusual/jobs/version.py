"""The version of the REST API that jobs are made by, as clients read it; knows not this package's own version."""

from typing import Final

API_VERSION: Final = "8.19.0"
OLDEST_READABLE_STATE: Final = "8.19.0"
