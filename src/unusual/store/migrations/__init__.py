"""The changes of the tables, in order, and what Alembic runs them with."""
