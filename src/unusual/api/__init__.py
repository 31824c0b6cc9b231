"""The REST interface over the use cases; knows no database and no worker."""
