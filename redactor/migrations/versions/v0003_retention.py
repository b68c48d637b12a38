"""What retention must remember: terms and categories of items, holds, index of persons, disposals, keys of files."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add columns to `queue`, and the tables `holds`, `subjects`, `disposals` and `file_keys`."""
    for name, kind in (
        ("terms", sa.Text), ("categories", sa.Text), ("marks", sa.Text), ("seen_at", sa.String(40)),
    ):  # fmt: skip
        op.add_column("queue", sa.Column(name, kind, nullable=False, server_default=""))
    op.execute("UPDATE queue SET seen_at = at")
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "client", "store", "item", "reason")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("authority", "person")),
        *(sa.Column(name, sa.String(10), nullable=False) for name in ("since", "until", "expires")),
        *(sa.Column(name, sa.String(40), nullable=False) for name in ("set_at", "released_at")),
        sa.Column("released_why", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subjects",
        sa.Column("queue_id", sa.Integer, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("mac", sa.LargeBinary(16), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
    )
    op.create_index("subjects_mac", "subjects", ["mac"])
    op.create_index("subjects_item", "subjects", ["queue_id"])
    op.create_table(
        "disposals",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("queue_id", sa.Integer, nullable=False, unique=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("action", "rule", "level", "state", "reason")),
        sa.Column("source_digest", sa.String(64), nullable=False),
        *(sa.Column(name, sa.String(40), nullable=False) for name in ("run", "due", "began_at", "ended_at")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "file_keys",
        sa.Column("key_id", sa.String(32), primary_key=True),
        sa.Column("store", sa.String(200), nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
