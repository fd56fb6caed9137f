"""Lead a conversation from one channel to another; count what was refused at the doors."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WHY = "why IN ('no_signature','wrong_signature','old','too_large','malformed')"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "channel_links",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_channel_links_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_channel_links")),
    )
    op.create_index(
        op.f("ix_channel_links_conversation_id"), "channel_links", ["conversation_id"], unique=False
    )
    op.create_table(
        "refusals",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("hour", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(WHY, name=op.f("ck_refusals_why")),
        sa.PrimaryKeyConstraint("channel", "why", "hour", name=op.f("pk_refusals")),
    )
    op.create_index(op.f("ix_refusals_last_at"), "refusals", ["last_at"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_table("refusals")
    op.drop_table("channel_links")
