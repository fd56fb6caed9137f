"""Keep plans of services: what was found, agreed to, delivered and asked."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "need_assessments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by"], ["operators.id"], name=op.f("fk_need_assessments_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_need_assessments_household_id_households"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_assessments")),
    )
    op.create_index(op.f("ix_need_assessments_by"), "need_assessments", ["by"])
    op.create_index(op.f("ix_need_assessments_household_id"), "need_assessments", ["household_id"])
    op.create_table(
        "service_items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("service_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("help_id", sa.String(), nullable=True),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed','agreed','declined','stopped')",
            name=op.f("ck_service_items_state"),
        ),
        sa.ForeignKeyConstraint(
            ["help_id"], ["household_help.id"], name=op.f("fk_service_items_help_id_household_help")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_service_items_household_id_households"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_items")),
        sa.UniqueConstraint(
            "household_id",
            "person_id",
            "service_id",
            name=op.f("uq_service_items_household_id_person_id_service_id"),
        ),
    )
    op.create_index(op.f("ix_service_items_help_id"), "service_items", ["help_id"])
    op.create_index(op.f("ix_service_items_household_id"), "service_items", ["household_id"])
    op.create_table(
        "service_steps",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by"], ["operators.id"], name=op.f("fk_service_steps_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["service_items.id"], name=op.f("fk_service_steps_item_id_service_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_steps")),
    )
    op.create_index(op.f("ix_service_steps_by"), "service_steps", ["by"])
    op.create_index(op.f("ix_service_steps_item_id"), "service_steps", ["item_id"])
    op.create_table(
        "service_deliveries",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=True),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by"], ["operators.id"], name=op.f("fk_service_deliveries_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["service_items.id"],
            name=op.f("fk_service_deliveries_item_id_service_items"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_deliveries")),
        sa.UniqueConstraint(
            "item_id", "client_id", name=op.f("uq_service_deliveries_item_id_client_id")
        ),
    )
    op.create_index(op.f("ix_service_deliveries_by"), "service_deliveries", ["by"])
    op.create_index(op.f("ix_service_deliveries_item_id"), "service_deliveries", ["item_id"])
    op.create_table(
        "service_opinions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("opinion", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "opinion IN ('satisfied','so_so','unhappy')", name=op.f("ck_service_opinions_opinion")
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["operators.id"], name=op.f("fk_service_opinions_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["service_items.id"],
            name=op.f("fk_service_opinions_item_id_service_items"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_opinions")),
    )
    op.create_index(op.f("ix_service_opinions_by"), "service_opinions", ["by"])
    op.create_index(op.f("ix_service_opinions_item_id"), "service_opinions", ["item_id"])
    op.create_table(
        "service_requests",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=True),
        sa.Column("ticket_id", sa.String(), nullable=True),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("sealed_outcome", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "wish IN ('stop','time','change','unhappy')", name=op.f("ck_service_requests_wish")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_service_requests_household_id_households"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["service_items.id"],
            name=op.f("fk_service_requests_item_id_service_items"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["operators.id"], name=op.f("fk_service_requests_settled_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_service_requests_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_requests")),
    )
    op.create_index(op.f("ix_service_requests_household_id"), "service_requests", ["household_id"])
    op.create_index(op.f("ix_service_requests_item_id"), "service_requests", ["item_id"])
    op.create_index(op.f("ix_service_requests_settled_at"), "service_requests", ["settled_at"])
    op.create_index(op.f("ix_service_requests_settled_by"), "service_requests", ["settled_by"])
    op.create_index(op.f("ix_service_requests_ticket_id"), "service_requests", ["ticket_id"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("service_requests")
    op.drop_table("service_opinions")
    op.drop_table("service_deliveries")
    op.drop_table("service_steps")
    op.drop_table("service_items")
    op.drop_table("need_assessments")
