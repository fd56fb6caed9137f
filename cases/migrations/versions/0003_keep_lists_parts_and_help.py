"""Keep lists behind a link, an application's parts, and the help that households receive."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "checklists",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_checklists_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklists")),
        sa.UniqueConstraint("digest", name=op.f("uq_checklists_digest")),
    )
    op.create_index(
        op.f("ix_checklists_conversation_id"), "checklists", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_checklists_expires_at"), "checklists", ["expires_at"], unique=False)
    op.create_table(
        "happiness_lists",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_bearer", sa.LargeBinary(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_happiness_lists_household_id_households"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["operators.id"], name=op.f("fk_happiness_lists_made_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["operators.id"], name=op.f("fk_happiness_lists_recorded_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happiness_lists")),
    )
    op.create_index(
        op.f("ix_happiness_lists_household_id"), "happiness_lists", ["household_id"], unique=False
    )
    op.create_index(
        op.f("ix_happiness_lists_made_by"), "happiness_lists", ["made_by"], unique=False
    )
    op.create_index(
        op.f("ix_happiness_lists_made_on"), "happiness_lists", ["made_on"], unique=False
    )
    op.create_index(
        op.f("ix_happiness_lists_recorded_by"), "happiness_lists", ["recorded_by"], unique=False
    )
    op.create_table(
        "household_help",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_household_help_household_id_households"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["operators.id"], name=op.f("fk_household_help_recorded_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_help")),
    )
    op.create_index(
        op.f("ix_household_help_household_id"), "household_help", ["household_id"], unique=False
    )
    op.create_index(
        op.f("ix_household_help_recorded_by"), "household_help", ["recorded_by"], unique=False
    )
    op.create_table(
        "ticket_parts",
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["tickets.id"], name=op.f("fk_ticket_parts_parent_id_tickets")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_ticket_parts_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_parts")),
        sa.UniqueConstraint("parent_id", "part", name=op.f("uq_ticket_parts_parent_id_part")),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("ticket_parts")
    op.drop_index(op.f("ix_household_help_recorded_by"), table_name="household_help")
    op.drop_index(op.f("ix_household_help_household_id"), table_name="household_help")
    op.drop_table("household_help")
    op.drop_index(op.f("ix_happiness_lists_recorded_by"), table_name="happiness_lists")
    op.drop_index(op.f("ix_happiness_lists_made_on"), table_name="happiness_lists")
    op.drop_index(op.f("ix_happiness_lists_made_by"), table_name="happiness_lists")
    op.drop_index(op.f("ix_happiness_lists_household_id"), table_name="happiness_lists")
    op.drop_table("happiness_lists")
    op.drop_index(op.f("ix_checklists_expires_at"), table_name="checklists")
    op.drop_index(op.f("ix_checklists_conversation_id"), table_name="checklists")
    op.drop_table("checklists")
