"""The version of a ledger's tables: an old ledger is brought up to date when it is opened, a newer one is refused."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from redactor.database import OPEN_S, Database
from redactor.errors import LedgerError

HEAD = "0004"
"""The newest step in `migrations/versions`."""
_STEPS = tuple(f"{number:04}" for number in range(1, int(HEAD) + 1))
_LOCK_KEY = 0x7265646163746D67
"""PostgreSQL advisory lock: programs that open a new ledger at once take turns."""


def prepare(database: Database, patience_s: float) -> None:
    """Bring the tables up to date; costs one query when they are.

    All steps are one transaction under a lock, so a program that is killed, or a second one, does no harm. Raises
    `LedgerError` (`LEDGER_NEWER`) when a newer program made this ledger.
    """

    def look(connection: sa.Connection) -> bool:
        return _version(connection) == HEAD

    def upgrade(connection: sa.Connection) -> None:
        database.lock(connection, _LOCK_KEY)
        # Another may have done it while this one waited for the lock.
        if _version(connection) != HEAD:
            _upgrade(connection)

    patience_s = min(patience_s, OPEN_S)
    if not database.read(look, what="open", patience_s=patience_s):
        database.write(upgrade, what="open", patience_s=patience_s)


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and version not in _STEPS:
        raise LedgerError(
            "this ledger was made by a newer version of redactor; install that version, or name another [ledger] url",
            reason="LEDGER_NEWER",
        )
    return None if version is None else str(version)


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
