"""Keep what belongs to the day of a desk: notes, ready replies, signs, shifts, calls, checks."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("shortcut", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["operators.id"], name=op.f("fk_canned_replies_made_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_replies")),
    )
    op.create_index(
        op.f("ix_canned_replies_ended_at"), "canned_replies", ["ended_at"], unique=False
    )
    op.create_index(op.f("ix_canned_replies_made_by"), "canned_replies", ["made_by"], unique=False)
    op.create_index(op.f("ix_canned_replies_region"), "canned_replies", ["region"], unique=False)
    op.create_table(
        "line_settings",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("sticky", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_by"], ["operators.id"], name=op.f("fk_line_settings_set_by_operators")
        ),
        sa.PrimaryKeyConstraint("region", name=op.f("pk_line_settings")),
    )
    op.create_index(op.f("ix_line_settings_set_by"), "line_settings", ["set_by"], unique=False)
    op.create_table(
        "shift_notes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["operators.id"], name=op.f("fk_shift_notes_by_operators")),
        sa.ForeignKeyConstraint(
            ["key_id"], ["data_keys.id"], name=op.f("fk_shift_notes_key_id_data_keys")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["operators.id"], name=op.f("fk_shift_notes_signed_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_notes")),
    )
    op.create_index(op.f("ix_shift_notes_at"), "shift_notes", ["at"], unique=False)
    op.create_index(op.f("ix_shift_notes_by"), "shift_notes", ["by"], unique=False)
    op.create_index(op.f("ix_shift_notes_key_id"), "shift_notes", ["key_id"], unique=False)
    op.create_index(op.f("ix_shift_notes_region"), "shift_notes", ["region"], unique=False)
    op.create_index(op.f("ix_shift_notes_signed_by"), "shift_notes", ["signed_by"], unique=False)
    op.create_table(
        "cautions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["operators.id"], name=op.f("fk_cautions_by_operators")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_cautions_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cautions")),
        sa.UniqueConstraint(
            "conversation_id", "step", name=op.f("uq_cautions_conversation_id_step")
        ),
    )
    op.create_index(op.f("ix_cautions_by"), "cautions", ["by"], unique=False)
    op.create_table(
        "chat_notes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("whisper", sa.Boolean(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["operators.id"], name=op.f("fk_chat_notes_by_operators")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_chat_notes_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_notes")),
    )
    op.create_index(op.f("ix_chat_notes_by"), "chat_notes", ["by"], unique=False)
    op.create_index(
        op.f("ix_chat_notes_conversation_id"), "chat_notes", ["conversation_id"], unique=False
    )
    op.create_table(
        "impressions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_seq", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "score IS NULL OR score BETWEEN 1 AND 5", name=op.f("ck_impressions_score")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_impressions_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.id"], name=op.f("fk_impressions_operator_id_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impressions")),
    )
    op.create_index(op.f("ix_impressions_asked_at"), "impressions", ["asked_at"], unique=False)
    op.create_index(
        op.f("ix_impressions_conversation_id"), "impressions", ["conversation_id"], unique=False
    )
    op.create_index(
        op.f("ix_impressions_operator_id"), "impressions", ["operator_id"], unique=False
    )
    op.create_table(
        "phone_calls",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["operators.id"], name=op.f("fk_phone_calls_by_operators")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_phone_calls_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_calls")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_phone_calls_conversation_id")),
    )
    op.create_index(op.f("ix_phone_calls_by"), "phone_calls", ["by"], unique=False)
    op.create_index(op.f("ix_phone_calls_ended_at"), "phone_calls", ["ended_at"], unique=False)
    op.create_table(
        "reading_marks",
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_reading_marks_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.id"], name=op.f("fk_reading_marks_operator_id_operators")
        ),
        sa.PrimaryKeyConstraint("operator_id", "conversation_id", name=op.f("pk_reading_marks")),
    )
    op.create_index(
        op.f("ix_reading_marks_conversation_id"), "reading_marks", ["conversation_id"], unique=False
    )
    op.create_table(
        "typing_signs",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_typing_signs_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("conversation_id", "side", name=op.f("pk_typing_signs")),
    )
    op.create_table(
        "wrap_ups",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["operators.id"], name=op.f("fk_wrap_ups_by_operators")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_wrap_ups_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrap_ups")),
    )
    op.create_index(op.f("ix_wrap_ups_at"), "wrap_ups", ["at"], unique=False)
    op.create_index(op.f("ix_wrap_ups_by"), "wrap_ups", ["by"], unique=False)
    op.create_index(
        op.f("ix_wrap_ups_conversation_id"), "wrap_ups", ["conversation_id"], unique=False
    )
    op.create_table(
        "quality_checks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("wrap_up_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by"], ["operators.id"], name=op.f("fk_quality_checks_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["wrap_up_id"], ["wrap_ups.id"], name=op.f("fk_quality_checks_wrap_up_id_wrap_ups")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_checks")),
        sa.UniqueConstraint("wrap_up_id", name=op.f("uq_quality_checks_wrap_up_id")),
    )
    op.create_index(op.f("ix_quality_checks_at"), "quality_checks", ["at"], unique=False)
    op.create_index(op.f("ix_quality_checks_by"), "quality_checks", ["by"], unique=False)
    op.add_column(
        "conversations", sa.Column("resting_until", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    """Go down."""
    op.drop_column("conversations", "resting_until")
    op.drop_index(op.f("ix_quality_checks_by"), table_name="quality_checks")
    op.drop_index(op.f("ix_quality_checks_at"), table_name="quality_checks")
    op.drop_table("quality_checks")
    op.drop_index(op.f("ix_wrap_ups_conversation_id"), table_name="wrap_ups")
    op.drop_index(op.f("ix_wrap_ups_by"), table_name="wrap_ups")
    op.drop_index(op.f("ix_wrap_ups_at"), table_name="wrap_ups")
    op.drop_table("wrap_ups")
    op.drop_table("typing_signs")
    op.drop_index(op.f("ix_reading_marks_conversation_id"), table_name="reading_marks")
    op.drop_table("reading_marks")
    op.drop_index(op.f("ix_phone_calls_ended_at"), table_name="phone_calls")
    op.drop_index(op.f("ix_phone_calls_by"), table_name="phone_calls")
    op.drop_table("phone_calls")
    op.drop_index(op.f("ix_impressions_operator_id"), table_name="impressions")
    op.drop_index(op.f("ix_impressions_conversation_id"), table_name="impressions")
    op.drop_index(op.f("ix_impressions_asked_at"), table_name="impressions")
    op.drop_table("impressions")
    op.drop_index(op.f("ix_chat_notes_conversation_id"), table_name="chat_notes")
    op.drop_index(op.f("ix_chat_notes_by"), table_name="chat_notes")
    op.drop_table("chat_notes")
    op.drop_index(op.f("ix_cautions_by"), table_name="cautions")
    op.drop_table("cautions")
    op.drop_index(op.f("ix_shift_notes_signed_by"), table_name="shift_notes")
    op.drop_index(op.f("ix_shift_notes_region"), table_name="shift_notes")
    op.drop_index(op.f("ix_shift_notes_key_id"), table_name="shift_notes")
    op.drop_index(op.f("ix_shift_notes_by"), table_name="shift_notes")
    op.drop_index(op.f("ix_shift_notes_at"), table_name="shift_notes")
    op.drop_table("shift_notes")
    op.drop_index(op.f("ix_line_settings_set_by"), table_name="line_settings")
    op.drop_table("line_settings")
    op.drop_index(op.f("ix_canned_replies_region"), table_name="canned_replies")
    op.drop_index(op.f("ix_canned_replies_made_by"), table_name="canned_replies")
    op.drop_index(op.f("ix_canned_replies_ended_at"), table_name="canned_replies")
    op.drop_table("canned_replies")
