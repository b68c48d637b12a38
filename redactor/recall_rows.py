"""The tables of recall in the ledger's database: the sample of a run, and counts per item and entity type.

Nothing here can hold a text: items are numbers of the queue, and entity types are known ones (see `recalls`).
"""

from __future__ import annotations

import sqlalchemy as sa

from redactor.rows import metadata

samples = sa.Table(
    "recall_samples",
    metadata,
    sa.Column("run", sa.String(40), primary_key=True),
    sa.Column("queue_id", sa.Integer, primary_key=True),
    # UTC, ISO 8601: when the second detector looked at the original, and when people's counts came; empty until then.
    sa.Column("looked_at", sa.String(40), nullable=False),
    sa.Column("reviewed_at", sa.String(40), nullable=False),
)
reviews = sa.Table(
    "recall_reviews",
    metadata,
    sa.Column("run", sa.String(40), primary_key=True),
    sa.Column("queue_id", sa.Integer, primary_key=True),
    sa.Column("entity_type", sa.String(40), primary_key=True),
    sa.Column("found", sa.Integer, nullable=False),
    sa.Column("missed", sa.Integer, nullable=False),
)
captures = sa.Table(
    "recall_captures",
    metadata,
    sa.Column("run", sa.String(40), primary_key=True),
    sa.Column("queue_id", sa.Integer, primary_key=True),
    sa.Column("entity_type", sa.String(40), primary_key=True),
    sa.Column("first_only", sa.Integer, nullable=False),
    sa.Column("second_only", sa.Integer, nullable=False),
    sa.Column("both", sa.Integer, nullable=False),
)
