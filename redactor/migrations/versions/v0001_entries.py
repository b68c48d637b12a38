"""The audit trail, which ledgers had before their tables had a version: it is made, or taken over as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table `entries` unless it is there, and keep it append-only."""
    if not sa.inspect(op.get_bind()).has_table("entries"):
        op.create_table(
            "entries",
            sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("at", sa.String(40), nullable=False),
            sa.Column("run", sa.String(40), nullable=False),
            sa.Column("event", sa.String(20), nullable=False),
            sa.Column("store", sa.String(200), nullable=False),
            sa.Column("item", sa.String(64), nullable=False),
            sa.Column("label", sa.Text, nullable=False),
            sa.Column("source_digest", sa.String(64), nullable=False),
            sa.Column("policy_digest", sa.String(64), nullable=False),
            sa.Column("output_digest", sa.String(64), nullable=False),
            sa.Column("code", sa.Integer, nullable=False),
            sa.Column("reason", sa.String(60), nullable=False),
            sa.Column("detail", sa.Text, nullable=False),
            sa.Column("prev_hash", sa.String(64), nullable=False),
            sa.Column("hash", sa.String(64), nullable=False, unique=True),
        )
        op.create_index("by_content", "entries", ["item", "source_digest", "policy_digest"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER IF NOT EXISTS no_{verb.lower()} BEFORE {verb} ON entries "
                "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
            )
    else:
        op.execute(
            "CREATE OR REPLACE FUNCTION redactor_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON entries "
            "FOR EACH STATEMENT EXECUTE FUNCTION redactor_append_only()"
        )
