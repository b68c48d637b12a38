"""Alembic's entry: runs the steps on the connection, and in the transaction, of whoever opens the ledger."""

from alembic import context

# One transaction for all steps, and its owner commits: a migration that is cut short leaves nothing.
context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
