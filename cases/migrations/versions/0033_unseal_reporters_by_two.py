"""Keep who asked to look behind a sealed report, and which second person decided."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "unsealings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked','granted','refused')", name=op.f("ck_unsealings_state")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name=op.f("ck_unsealings_two_persons")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_unsealings_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsealings")),
    )
    op.create_index(op.f("ix_unsealings_ticket_id"), "unsealings", ["ticket_id"], unique=False)
    op.create_index(
        "ix_unsealings_state_asked_at", "unsealings", ["state", "asked_at"], unique=False
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("unsealings")
