"""The tables of retention in the ledger's database: holds, the index of persons, disposals, and keys of files.

Nothing here can hold a text: persons are keyed hashes, items are numbers of the queue.
"""

from __future__ import annotations

import sqlalchemy as sa

from redactor.rows import metadata

holds = sa.Table(
    "holds",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("store", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("authority", sa.Text, nullable=False),
    # JSON: the keyed hashes of a person, see `subjects`; empty when it holds for no person.
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("since", sa.String(10), nullable=False),
    sa.Column("until", sa.String(10), nullable=False),
    sa.Column("expires", sa.String(10), nullable=False),
    sa.Column("set_at", sa.String(40), nullable=False),
    sa.Column("released_at", sa.String(40), nullable=False),
    sa.Column("released_why", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
subjects = sa.Table(
    "subjects",
    metadata,
    sa.Column("queue_id", sa.Integer, nullable=False),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("mac", sa.LargeBinary(16), nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Index("subjects_mac", "mac"),
    sa.Index("subjects_item", "queue_id"),
)
disposals = sa.Table(
    "disposals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("queue_id", sa.Integer, nullable=False, unique=True),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    # `begun` until all of it is gone, then `done`.
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("source_digest", sa.String(64), nullable=False),
    sa.Column("run", sa.String(40), nullable=False),
    sa.Column("due", sa.String(40), nullable=False),
    sa.Column("began_at", sa.String(40), nullable=False),
    sa.Column("ended_at", sa.String(40), nullable=False),
    sqlite_autoincrement=True,
)
file_keys = sa.Table(
    "file_keys",
    metadata,
    sa.Column("key_id", sa.String(32), primary_key=True),
    sa.Column("store", sa.String(200), nullable=False),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
)
