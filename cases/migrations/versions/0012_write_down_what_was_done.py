"""Keep what was done about a danger, the calls that are owed, and the hours for them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "callback_slots",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "taken >= 0 AND taken <= capacity", name=op.f("ck_callback_slots_taken")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["operators.id"], name=op.f("fk_callback_slots_made_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_slots")),
        sa.UniqueConstraint("region", "starts_at", name=op.f("uq_callback_slots_region_starts_at")),
    )
    op.create_index(op.f("ix_callback_slots_made_by"), "callback_slots", ["made_by"], unique=False)
    op.create_index(
        op.f("ix_callback_slots_starts_at"), "callback_slots", ["starts_at"], unique=False
    )
    op.create_table(
        "callbacks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slot_id", sa.String(), nullable=True),
        sa.Column("sealed_phone", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_callbacks_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["operators.id"], name=op.f("fk_callbacks_made_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"], ["callback_slots.id"], name=op.f("fk_callbacks_slot_id_callback_slots")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
    )
    op.create_index(
        op.f("ix_callbacks_conversation_id"), "callbacks", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_callbacks_made_by"), "callbacks", ["made_by"], unique=False)
    op.create_index("ix_callbacks_owed", "callbacks", ["state", "due_at"], unique=False)
    op.create_index(op.f("ix_callbacks_slot_id"), "callbacks", ["slot_id"], unique=False)
    op.create_table(
        "call_attempts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("callback_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("next_step", sa.String(), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by"], ["operators.id"], name=op.f("fk_call_attempts_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["callback_id"], ["callbacks.id"], name=op.f("fk_call_attempts_callback_id_callbacks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_attempts")),
        sa.UniqueConstraint(
            "callback_id", "number", name=op.f("uq_call_attempts_callback_id_number")
        ),
    )
    op.create_index(op.f("ix_call_attempts_by"), "call_attempts", ["by"], unique=False)
    op.create_table(
        "rescues",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("ticket_id", sa.String(), nullable=True),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_place", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_reference", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["operators.id"], name=op.f("fk_rescues_by_operators")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_rescues_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["data_keys.id"], name=op.f("fk_rescues_key_id_data_keys")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_rescues_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rescues")),
    )
    op.create_index(op.f("ix_rescues_by"), "rescues", ["by"], unique=False)
    op.create_index(
        op.f("ix_rescues_conversation_id"), "rescues", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_rescues_key_id"), "rescues", ["key_id"], unique=False)
    op.create_index(op.f("ix_rescues_ticket_id"), "rescues", ["ticket_id"], unique=False)
    op.add_column("alerts", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_alerts_closed_at"), "alerts", ["closed_at"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_index(op.f("ix_alerts_closed_at"), table_name="alerts")
    op.drop_column("alerts", "closed_at")
    op.drop_index(op.f("ix_rescues_ticket_id"), table_name="rescues")
    op.drop_index(op.f("ix_rescues_key_id"), table_name="rescues")
    op.drop_index(op.f("ix_rescues_conversation_id"), table_name="rescues")
    op.drop_index(op.f("ix_rescues_by"), table_name="rescues")
    op.drop_table("rescues")
    op.drop_index(op.f("ix_call_attempts_by"), table_name="call_attempts")
    op.drop_table("call_attempts")
    op.drop_index(op.f("ix_callbacks_slot_id"), table_name="callbacks")
    op.drop_index("ix_callbacks_owed", table_name="callbacks")
    op.drop_index(op.f("ix_callbacks_made_by"), table_name="callbacks")
    op.drop_index(op.f("ix_callbacks_conversation_id"), table_name="callbacks")
    op.drop_table("callbacks")
    op.drop_index(op.f("ix_callback_slots_starts_at"), table_name="callback_slots")
    op.drop_index(op.f("ix_callback_slots_made_by"), table_name="callback_slots")
    op.drop_table("callback_slots")
