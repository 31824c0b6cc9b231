"""A job told on one page that opens without a server."""
