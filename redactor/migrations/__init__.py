"""How the ledger's tables came to be, step by step (Alembic); run by `redactor.schema` when a ledger is opened."""
