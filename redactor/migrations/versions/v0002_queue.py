"""The queue of the nightly batch, its runs, and a way to the entries of one run."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WAITS = sa.text("state = 'discovered'")
_HELD = sa.text("ticket IS NOT NULL")


def upgrade() -> None:
    """Make the tables `queue` and `runs` with their indices."""
    digests = ("source_digest", "policy_digest", "output_digest", "output_policy", "pending_source", "pending_policy")
    texts = ("label", "client", "stamp", "outputs", "holder", "output_stamps", "knew", "pending", "message")
    numbers = ("priority", "token", "attempts", "crashes", "code", "urgency", "done_token")
    op.create_table(
        "queue",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("store", sa.String(200), nullable=False),
        *(sa.Column(name, sa.String(64), nullable=False) for name in ("item", "bundle", *digests)),
        *(sa.Column(name, sa.Text, nullable=False) for name in (*texts, "lane", "wanted")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in numbers),
        *(sa.Column(name, sa.String(40), nullable=False) for name in ("run", "version", "at", "lease_boot")),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("ticket", sa.String(32), nullable=True),
        sa.Column("lease_until", sa.Float(53), nullable=False),
        sa.UniqueConstraint("store", "item", name="queue_place"),
        sqlite_autoincrement=True,
    )
    order = ["lane", "attempts", "urgency", "id"]
    for name, columns, where in (
        ("queue_next", order, _WAITS),
        ("queue_run", ["run", *order], _WAITS),
        ("queue_held", ["ticket"], _HELD),
        ("queue_bundle", ["store", "bundle"], None),
        ("queue_content", ["store", "source_digest"], None),
    ):
        op.create_index(name, "queue", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "runs",
        sa.Column("no", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("run", sa.String(40), nullable=False, unique=True),
        sa.Column("policy_digest", sa.String(64), nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("began", sa.String(40), nullable=False),
        sa.Column("ended", sa.String(40), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("by_run", "entries", ["run", "seq"])
