"""Merge tickets, ask about results, and find tickets by words that are sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up. Older tickets are found by their number until they are told of again."""
    with op.batch_alter_table("tickets") as table:
        table.add_column(
            sa.Column("escalated", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_index("ix_tickets_due", "tickets", ["ended", "next_due"], unique=False)
    op.create_index(
        "ix_tickets_matter", "tickets", ["ended", "region", "matter", "opened_at"], unique=False
    )
    op.create_table(
        "ticket_mergers",
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("into_id", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_mergers_ticket_id_tickets")
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["tickets.id"], name=op.f("fk_ticket_mergers_into_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_mergers")),
    )
    op.create_index(op.f("ix_ticket_mergers_into_id"), "ticket_mergers", ["into_id"], unique=False)
    op.create_table(
        "ticket_catchwords",
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_catchwords_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("mark", "ticket_id", name=op.f("pk_ticket_catchwords")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ticket_catchwords_ticket_id", "ticket_catchwords", ["ticket_id"])
    _follow_ups()


def _follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("solved", sa.String(), nullable=True),
        sa.Column("manner", sa.String(), nullable=True),
        sa.Column("satisfied", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned','asked','call','done','dropped')", name=op.f("ck_follow_ups_state")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_follow_ups_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_follow_ups_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("ticket_id", "round", name=op.f("uq_follow_ups_ticket_id_round")),
    )
    op.create_index("ix_follow_ups_due", "follow_ups", ["state", "due_at"], unique=False)
    op.create_index("ix_follow_ups_heard", "follow_ups", ["conversation_id", "state"], unique=False)


def downgrade() -> None:
    """Go down."""
    for name in ("follow_ups", "ticket_catchwords", "ticket_mergers"):
        op.drop_table(name)
    op.drop_index("ix_tickets_matter", table_name="tickets")
    op.drop_index("ix_tickets_due", table_name="tickets")
    with op.batch_alter_table("tickets") as table:
        table.drop_column("escalated")
