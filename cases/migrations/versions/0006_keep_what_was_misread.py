"""Keep what was misread, what is taught from it, and the models that learnt it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "misreadings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("inbound_id", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("heard", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("other", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_misreadings_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["inbound_id"], ["inbound.id"], name=op.f("fk_misreadings_inbound_id_inbound")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_misreadings")),
        sa.UniqueConstraint("inbound_id", "why", name=op.f("uq_misreadings_inbound_id_why")),
    )
    op.create_index(
        op.f("ix_misreadings_conversation_id"), "misreadings", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_misreadings_settled_at"), "misreadings", ["settled_at"], unique=False)
    op.create_table(
        "lessons",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("taught_by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["taught_by"], ["operators.id"], name=op.f("fk_lessons_taught_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lessons")),
    )
    op.create_index(op.f("ix_lessons_withdrawn_at"), "lessons", ["withdrawn_at"], unique=False)
    op.create_table(
        "trained_models",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lessons", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("archive", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["operators.id"], name=op.f("fk_trained_models_asked_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trained_models")),
        sa.UniqueConstraint("number", name=op.f("uq_trained_models_number")),
    )
    op.create_index(op.f("ix_trained_models_state"), "trained_models", ["state"], unique=False)
    op.create_table(
        "serving_models",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.String(), nullable=True),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["trained_models.id"],
            name=op.f("fk_serving_models_model_id_trained_models"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["operators.id"],
            name=op.f("fk_serving_models_published_by_operators"),
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_serving_models")),
    )
    op.create_index(op.f("ix_lessons_taught_by"), "lessons", ["taught_by"], unique=False)
    op.create_index(
        op.f("ix_trained_models_asked_by"), "trained_models", ["asked_by"], unique=False
    )
    op.create_index(
        op.f("ix_serving_models_model_id"), "serving_models", ["model_id"], unique=False
    )
    op.create_index(
        op.f("ix_serving_models_published_by"), "serving_models", ["published_by"], unique=False
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("serving_models")
    op.drop_index(op.f("ix_trained_models_state"), table_name="trained_models")
    op.drop_table("trained_models")
    op.drop_index(op.f("ix_lessons_withdrawn_at"), table_name="lessons")
    op.drop_table("lessons")
    op.drop_index(op.f("ix_misreadings_settled_at"), table_name="misreadings")
    op.drop_index(op.f("ix_misreadings_conversation_id"), table_name="misreadings")
    op.drop_table("misreadings")
