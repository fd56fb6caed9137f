"""Keep storms, floods and cold spells, and which tickets belong to which."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("begun_by", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waited", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('on','over')", name=op.f("ck_incidents_state")),
        sa.ForeignKeyConstraint(
            ["begun_by"], ["operators.id"], name=op.f("fk_incidents_begun_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["operators.id"], name=op.f("fk_incidents_ended_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    for column in ("region", "state", "begun_by", "ended_by"):
        op.create_index(op.f(f"ix_incidents_{column}"), "incidents", [column])
    op.create_table(
        "incident_tickets",
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("how IN ('rule','person','out')", name=op.f("ck_incident_tickets_how")),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_incident_tickets_ticket_id_tickets")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incidents.id"],
            name=op.f("fk_incident_tickets_incident_id_incidents"),
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_incident_tickets")),
    )
    op.create_index(op.f("ix_incident_tickets_incident_id"), "incident_tickets", ["incident_id"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("incident_tickets")
    op.drop_table("incidents")
