"""Keep what outside channels hand in, and how far what is said to them has come."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "channels",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("leased_by", sa.String(), nullable=True),
        sa.Column("leased_until", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["key_id"], ["data_keys.id"], name=op.f("fk_channels_key_id_data_keys")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channels")),
    )
    op.create_index(op.f("ix_channels_key_id"), "channels", ["key_id"], unique=False)
    op.create_table(
        "updates",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_until", AT, nullable=True),
        sa.Column("received_at", AT, nullable=False),
        sa.CheckConstraint("state IN ('waiting','done','dead')", name=op.f("ck_updates_state")),
        sa.ForeignKeyConstraint(
            ["channel"], ["channels.name"], name=op.f("fk_updates_channel_channels")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_updates")),
        sa.UniqueConstraint("channel", "external_id", name=op.f("uq_updates_channel_external_id")),
    )
    op.create_index(op.f("ix_updates_received_at"), "updates", ["received_at"], unique=False)
    op.create_index(
        "ix_updates_waiting", "updates", ["state", "channel", "chat", "position"], unique=False
    )
    op.create_table(
        "threads",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address_index", sa.String(), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=False),
        sa.Column("quiet_until", AT, nullable=True),
        sa.Column("blocked_at", AT, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_threads_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_threads")),
        sa.UniqueConstraint(
            "channel", "address_index", name=op.f("uq_threads_channel_address_index")
        ),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fence", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("not_before", AT, nullable=True))
        batch_op.add_column(sa.Column("leased_until", AT, nullable=True))
        batch_op.add_column(sa.Column("receipt", sa.String(), nullable=True))


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("messages", schema=None) as batch_op:
        for name in ("receipt", "leased_until", "not_before", "attempts", "fence"):
            batch_op.drop_column(name)
    op.drop_table("threads")
    op.drop_index("ix_updates_waiting", table_name="updates")
    op.drop_index(op.f("ix_updates_received_at"), table_name="updates")
    op.drop_table("updates")
    op.drop_index(op.f("ix_channels_key_id"), table_name="channels")
    op.drop_table("channels")
