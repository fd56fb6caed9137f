"""Keep why a ticket was sorted so, whom a law wants told, and the days that were agreed on."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("tickets") as table:
        table.add_column(sa.Column("agreed_days", sa.Integer(), nullable=True))
    op.create_index("ix_tickets_opened", "tickets", ["opened_at"], unique=False)
    op.create_table(
        "triage_suggestions",
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("hazard", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("lead_unit", sa.String(), nullable=True),
        sa.Column("joint_units", sa.JSON(), nullable=False),
        sa.Column("sealed_reasons", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_triage_suggestions_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_triage_suggestions")),
    )
    op.create_table(
        "triage_corrections",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("lead_unit", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_triage_corrections_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triage_corrections")),
    )
    for column in ("ticket_id", "at"):
        name = op.f(f"ix_triage_corrections_{column}")
        op.create_index(name, "triage_corrections", [column], unique=False)
    _notices()


def _notices() -> None:
    op.create_table(
        "ticket_notices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("clause", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by", sa.String(), nullable=True),
        sa.Column("sealed_receipt", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_notices_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_notices")),
    )
    op.create_index("ix_ticket_notices_open", "ticket_notices", ["told_at", "due_at"], unique=False)
    op.create_index(
        op.f("ix_ticket_notices_ticket_id"), "ticket_notices", ["ticket_id"], unique=False
    )


def downgrade() -> None:
    """Go down."""
    for name in ("ticket_notices", "triage_corrections", "triage_suggestions"):
        op.drop_table(name)
    op.drop_index("ix_tickets_opened", table_name="tickets")
    with op.batch_alter_table("tickets") as table:
        table.drop_column("agreed_days")
