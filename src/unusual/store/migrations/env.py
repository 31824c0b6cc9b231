"""What Alembic runs to bind migrations to the connection it was given; knows no table."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
