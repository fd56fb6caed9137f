"""Keep what of a ticket was given to whom, and the answers of systems outside."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "handovers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('seen','waiting','sent','failed')", name=op.f("ck_handovers_state")
        ),
        sa.CheckConstraint("basis IN ('organ','consent')", name=op.f("ck_handovers_basis")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_handovers_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index("ix_handovers_due", "handovers", ["state", "due_at"], unique=False)
    for column in ("ticket_id", "keep_until"):
        op.create_index(op.f(f"ix_handovers_{column}"), "handovers", [column], unique=False)
    op.create_table(
        "received_answers",
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("webhook_id", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_received_answers_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("unit", "webhook_id", name=op.f("pk_received_answers")),
    )
    op.create_index(
        op.f("ix_received_answers_ticket_id"), "received_answers", ["ticket_id"], unique=False
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("received_answers")
    op.drop_table("handovers")
