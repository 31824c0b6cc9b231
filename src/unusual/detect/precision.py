"""How precisely numbers are told; knows none of them, and no other module, so that it is loaded in no time."""

DIGITS = 5  # after the point, of scores and surprises in documents
