"""Keep for what a line gave each chat out, and why a person was asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "given_out",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_given_out_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.id"], name=op.f("fk_given_out_operator_id_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_out")),
    )
    op.create_index(op.f("ix_given_out_conversation_id"), "given_out", ["conversation_id"])
    op.create_index(op.f("ix_given_out_operator_id"), "given_out", ["operator_id"])
    op.add_column("waits", sa.Column("reason", sa.String(), nullable=True))
    op.create_index(op.f("ix_waits_asked_at"), "waits", ["asked_at"])


def downgrade() -> None:
    """Go down."""
    op.drop_index(op.f("ix_waits_asked_at"), table_name="waits")
    op.drop_column("waits", "reason")
    op.drop_table("given_out")
