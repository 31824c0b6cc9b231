"""A new job: from a file to something that watches."""
