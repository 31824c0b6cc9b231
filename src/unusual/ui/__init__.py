"""Pages for people, over the same use cases as the API; knows no store, no worker and no HTTP route of the API."""
