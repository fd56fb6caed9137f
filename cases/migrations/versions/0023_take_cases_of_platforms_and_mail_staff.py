"""Keep what platforms hand in, and where staff want mail."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "platform_cases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_platform_cases_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_cases")),
        sa.UniqueConstraint("platform", "name", name=op.f("uq_platform_cases_platform_name")),
    )
    op.create_index(
        op.f("ix_platform_cases_conversation_id"),
        "platform_cases",
        ["conversation_id"],
        unique=False,
    )
    op.create_table(
        "mailboxes",
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"], ["data_keys.id"], name=op.f("fk_mailboxes_key_id_data_keys")
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.id"], name=op.f("fk_mailboxes_operator_id_operators")
        ),
        sa.PrimaryKeyConstraint("operator_id", name=op.f("pk_mailboxes")),
    )
    op.create_index(op.f("ix_mailboxes_due_at"), "mailboxes", ["due_at"], unique=False)
    op.create_index(op.f("ix_mailboxes_key_id"), "mailboxes", ["key_id"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_table("mailboxes")
    op.drop_table("platform_cases")
