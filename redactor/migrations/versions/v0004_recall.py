"""What is known of the recall of a run: which items people look at, and what they and a second detector counted."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the tables `recall_samples`, `recall_reviews` and `recall_captures`."""
    op.create_table(
        "recall_samples",
        sa.Column("run", sa.String(40), primary_key=True),
        sa.Column("queue_id", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.String(40), nullable=False) for name in ("looked_at", "reviewed_at")),
    )
    for table, counts in (
        ("recall_reviews", ("found", "missed")),
        ("recall_captures", ("first_only", "second_only", "both")),
    ):
        op.create_table(
            table,
            sa.Column("run", sa.String(40), primary_key=True),
            sa.Column("queue_id", sa.Integer, primary_key=True),
            sa.Column("entity_type", sa.String(40), primary_key=True),
            *(sa.Column(name, sa.Integer, nullable=False) for name in counts),
        )
