"""Keep the files residents send."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("bytes_long", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erase_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('photo','voice','document')", name=op.f("ck_attachments_kind")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_attachments_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_erase_at"), "attachments", ["erase_at"], unique=False)
    op.create_index(
        "ix_attachments_recent", "attachments", ["conversation_id", "created_at"], unique=False
    )
    op.create_table(
        "attachment_bodies",
        sa.Column("attachment_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name=op.f("fk_attachment_bodies_attachment_id_attachments"),
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment_bodies")),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("attachment_bodies")
    op.drop_index("ix_attachments_recent", table_name="attachments")
    op.drop_index(op.f("ix_attachments_erase_at"), table_name="attachments")
    op.drop_table("attachments")
