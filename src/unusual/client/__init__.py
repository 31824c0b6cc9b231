"""A typed client of the REST API, blocking and asynchronous, from one table of calls; knows documents alone."""
