"""Keep changes that residents told before there was a file."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

INDEXED = ("conversation_id", "household_id", "settled_by")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "early_changes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("household_id", sa.String(), nullable=True),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_early_changes_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_early_changes_household_id_households"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["operators.id"], name=op.f("fk_early_changes_settled_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_changes")),
    )
    for column in INDEXED:
        op.create_index(op.f(f"ix_early_changes_{column}"), "early_changes", [column])


def downgrade() -> None:
    """Go down."""
    for column in reversed(INDEXED):
        op.drop_index(op.f(f"ix_early_changes_{column}"), "early_changes")
    op.drop_table("early_changes")
