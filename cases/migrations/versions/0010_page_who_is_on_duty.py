"""Keep the duty roster and every page that left because nobody acknowledged a danger."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("page_tries", "pages", "duty_shifts")


def upgrade() -> None:
    """Go up."""
    _roster()
    op.create_table(
        "pages",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name=op.f("fk_pages_alert_id_alerts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("alert_id", "tier", name=op.f("uq_pages_alert_id_tier")),
    )
    op.create_index(op.f("ix_pages_state"), "pages", ["state"])
    op.create_table(
        "page_tries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("page_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name=op.f("fk_page_tries_page_id_pages")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_tries")),
    )
    op.create_index(op.f("ix_page_tries_page_id"), "page_tries", ["page_id"])


def downgrade() -> None:
    """Go down."""
    for table in TABLES:
        op.drop_table(table)


def _roster() -> None:
    op.create_table(
        "duty_shifts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("begins", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_phone", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_deputy", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_deputy_phone", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["key_id"], ["data_keys.id"], name=op.f("fk_duty_shifts_key_id_data_keys")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["operators.id"], name=op.f("fk_duty_shifts_made_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shifts")),
    )
    for column in ("key_id", "made_by", "ended_at"):
        op.create_index(op.f(f"ix_duty_shifts_{column}"), "duty_shifts", [column])
