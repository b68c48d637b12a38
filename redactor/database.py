"""The database under the ledger: connections, transactions, and patience with a server that is away for a while.

SQLite takes the write lock when a transaction begins (`BEGIN IMMEDIATE`); PostgreSQL works with row and advisory locks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from redactor.errors import LedgerError
from redactor.filesystems import is_local

T = TypeVar("T")
Work = Callable[[sa.Connection], T]
"""What is done in one transaction. It may run several times, so it looks at what is there before it writes."""
OPEN_S = 30.0
"""How long the first connection is waited for, seconds: an address with a mistake in it should not wait longer."""
_PASSING_STATES = ("08", "40", "53300", "55P03", "57P")
"""Beginnings of PostgreSQL's SQLSTATE codes that pass: connection, serialization, too many clients, lock, shutdown."""
_PASSING_WORDS = ("database is locked", "database table is locked", "database is busy")
_LASTING_WORDS = ("authentication failed", "does not exist", "no pg_hba.conf entry", "could not translate host name")


class Database:
    """Connections to one SQLite file or one PostgreSQL server. Safe to share between threads.

    What is read or written within a transaction of the same thread becomes part of that transaction.
    """

    def __init__(self, url: str, *, patience_s: float) -> None:
        parsed = sa.make_url(url)
        # SQLite lets many writers wait by chance, not in turn, and the pool of connections is small: one at a time.
        self._turn = threading.Lock() if parsed.get_backend_name() == "sqlite" else nullcontext()
        self._patience_s = patience_s
        self._inside = threading.local()
        self.waits: Callable[[str, float], None] = _in_silence
        """Is told what is waited for, and for how many seconds by now, from the thread that waits. Raises nothing."""
        if parsed.get_backend_name() == "sqlite":
            if parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            self.engine = sa.create_engine(parsed, connect_args={"timeout": 60})
            _own_transactions(self.engine, log=bool(parsed.database) and is_local(Path(parsed.database or "")))
        else:
            # As many connections as threads may ever ask for one: nobody waits for a connection while a lease runs.
            arguments = (
                {"connect_timeout": 10, "options": "-c jit=off"} if parsed.get_backend_name() == "postgresql" else {}
            )
            self.engine = sa.create_engine(
                parsed, pool_size=8, max_overflow=120, connect_args=arguments, isolation_level="READ COMMITTED"
            )
        self.sqlite = self.engine.dialect.name == "sqlite"
        # READ COMMITTED shows each statement its own moment anyway: what only reads needs no transaction there.
        by_itself = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._alone = self.engine if self.sqlite else by_itself
        self._reading = self.engine.execution_options(redactor_read=True) if self.sqlite else by_itself

    def write(
        self,
        work: Work[T],
        *,
        what: str = "write",
        patience_s: float | None = None,
        keep: bool = True,
        alone: bool = False,
    ) -> T:
        """Run `work` in one transaction and commit it; durable when it returns. Without `keep` it is rolled back.

        `alone`: it is one statement, which a server commits by itself; that spares two trips to it.

        A lock, a lost connection or a restarted server is waited for, for `patience_s` seconds. The answer to a commit
        may be lost on the way: then `work` runs again, and must see that it is done. Raises `LedgerError`.
        """
        if (connection := self._current()) is not None:
            return work(connection)
        return self._patiently(lambda: self._once(work, keep=keep, alone=alone), what, patience_s)

    def read(self, work: Work[T], *, what: str = "read", patience_s: float | None = None) -> T:
        """Run `work` in a transaction that writes nothing. Waits and raises as `write` does."""
        if (connection := self._current()) is not None:
            return work(connection)
        return self._patiently(lambda: self._once(work, read=True), what, patience_s)

    def lock(self, connection: sa.Connection, key: int) -> None:
        """PostgreSQL: hold an advisory lock to the end of the transaction. SQLite's transactions hold everything."""
        if not self.sqlite:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})

    def fold(self) -> bool:
        """SQLite: empty the write-ahead log, which holds what pages were before; False when somebody is in the way."""
        if not self.sqlite:
            return True
        if self._current() is not None:
            return False
        # Not `connect`: that would begin a transaction, and be the reader itself.
        with self._turn, closing(self.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            found = cursor.fetchone()
        return found is not None and not found[0]

    def _once(self, work: Work[T], *, read: bool = False, keep: bool = True, alone: bool = False) -> T:
        engine = self._reading if read else self._alone if alone else self.engine
        with self._turn, engine.connect() as connection, connection.begin() as transaction:
            self._inside.connection = connection
            try:
                result = work(connection)
            finally:
                self._inside.connection = None
            if not keep:
                transaction.rollback()
            return result

    def _current(self) -> sa.Connection | None:
        """The connection of the transaction that this thread is in."""
        return getattr(self._inside, "connection", None)

    def _patiently(self, once: Callable[[], T], what: str, patience_s: float | None) -> T:
        try:
            return once()
        except SQLAlchemyError as error:
            if not passes(error):
                raise LedgerError(_told(error, what)) from error
        import tenacity

        patience = self._patience_s if patience_s is None else patience_s
        again = tenacity.Retrying(
            stop=tenacity.stop_after_delay(patience),
            wait=tenacity.wait_exponential_jitter(multiplier=0.05, max=5, jitter=0.5),
            retry=tenacity.retry_if_exception(passes),
            before_sleep=lambda state: self.waits(what, state.seconds_since_start or 0.0),
            reraise=True,
        )
        try:
            return again(once)
        except SQLAlchemyError as error:
            raise LedgerError(_told(error, what)) from error


def _in_silence(_what: str, _waited_s: float) -> None:
    """Nobody listens."""


def passes(error: BaseException) -> bool:
    """True for what goes away by itself: a lock, a lost connection, a server that restarts."""
    if not isinstance(error, DBAPIError):
        return False
    text = str(error.orig).lower()
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return str(state).startswith(_PASSING_STATES)
    if error.connection_invalidated or any(words in text for words in _PASSING_WORDS):
        return True
    # A server that is away gives no code: what psycopg says of it is an OperationalError without one.
    postgres = type(error.orig).__module__.startswith("psycopg")
    operational = type(error.orig).__name__ == "OperationalError"
    return postgres and operational and not any(words in text for words in _LASTING_WORDS)


def why(error: BaseException) -> str:
    """One line on what a database said, without the statement and its values."""
    origin = getattr(error, "orig", None) or error
    return str(origin).splitlines()[0][:200] if str(origin) else type(origin).__name__


def _told(error: BaseException, what: str) -> str:
    then = "check [ledger] url and its folder" if what == "open" else "nothing was published"
    return f"cannot {what} the ledger: {why(error)}; {then}"


def _own_transactions(engine: sa.Engine, *, log: bool) -> None:
    """SQLite: BEGIN IMMEDIATE for what writes, and full durability.

    `log`: with a write-ahead log, which waits for the disk once per commit and not three times, but breaks on network
    shares: there the ledger stays with, or goes back to, a rollback journal.
    """
    mode = "wal" if log else "delete"

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous=FULL")
        # Filled as the ledger grows, by each thread of a night; the system keeps the pages anyway.
        connection.execute("PRAGMA cache_size=-512")
        # What is taken out of a row must not stay readable in its page.
        connection.execute("PRAGMA secure_delete=ON")
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != mode:
            connection.execute(f"PRAGMA journal_mode={mode}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        read = connection.get_execution_options().get("redactor_read")
        connection.exec_driver_sql("BEGIN" if read else "BEGIN IMMEDIATE")
