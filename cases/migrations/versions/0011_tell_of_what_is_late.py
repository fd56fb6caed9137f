"""Look at tickets when their time is near or over, and keep who was told."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up. What is open already is looked at when its time is over."""
    op.create_table(
        "ticket_watches",
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_watches_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_watches")),
    )
    op.create_index(op.f("ix_ticket_watches_look_at"), "ticket_watches", ["look_at"], unique=False)
    op.execute(
        "INSERT INTO ticket_watches (ticket_id, due_at, look_at) "
        "SELECT id, next_due, next_due FROM tickets WHERE NOT ended AND next_due IS NOT NULL"
    )
    op.create_table(
        "ticket_nudges",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("local_date", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "stage IN ('warning','reminder','order','listed')", name=op.f("ck_ticket_nudges_stage")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_nudges_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_nudges")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_nudges_number")),
        sa.UniqueConstraint(
            "ticket_id",
            "addressee",
            "due_at",
            "local_date",
            name=op.f("uq_ticket_nudges_ticket_id_addressee_due_at_local_date"),
        ),
        sa.UniqueConstraint(
            "ticket_id",
            "addressee",
            "due_at",
            "stage",
            name=op.f("uq_ticket_nudges_ticket_id_addressee_due_at_stage"),
        ),
    )
    for column in ("ticket_id", "addressee", "unit", "at"):
        op.create_index(op.f(f"ix_ticket_nudges_{column}"), "ticket_nudges", [column], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_table("ticket_nudges")
    op.drop_table("ticket_watches")
