"""Count what is done too often; find a conversation by its token."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "throttles",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "slot", name=op.f("pk_throttles")),
    )
    op.create_index(op.f("ix_throttles_until"), "throttles", ["until"], unique=False)
    op.create_index(
        op.f("ix_conversations_token_digest"), "conversations", ["token_digest"], unique=False
    )


def downgrade() -> None:
    """Go down."""
    op.drop_index(op.f("ix_conversations_token_digest"), table_name="conversations")
    op.drop_index(op.f("ix_throttles_until"), table_name="throttles")
    op.drop_table("throttles")
