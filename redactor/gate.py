"""The gate of disposal: who deletes and who forbids it pass one after the other, so that a hold is never overlooked."""

from __future__ import annotations

import sqlalchemy as sa

from redactor.database import Database

GATE_KEY = 0x7265646163676174
"""Key of the PostgreSQL advisory lock: the letters of "redacgat"."""


def gate(database: Database, connection: sa.Connection) -> None:
    """Hold the gate to the end of the transaction; whoever else asks for it waits until then."""
    database.lock(connection, GATE_KEY)
