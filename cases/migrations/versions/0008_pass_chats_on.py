"""Keep to whom a chat is lent, offered and passed, and what each operator is good at."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OFFERED = "fk_conversations_offered_to_operators"


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("operators") as batch_op:
        batch_op.add_column(sa.Column("matters", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.add_column(sa.Column("queue_region", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column("queue_head", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("overflowed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("offered_to", sa.String(), nullable=True))
        batch_op.create_foreign_key(op.f(OFFERED), "operators", ["offered_to"], ["id"])
        batch_op.create_index(op.f("ix_conversations_offered_to"), ["offered_to"])
    op.create_table(
        "queue_rules",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("matter", sa.String(), nullable=True),
        sa.Column("to_region", sa.String(), nullable=False),
        sa.Column("after_seconds", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["operators.id"], name=op.f("fk_queue_rules_made_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_rules")),
    )
    for column in ("region", "made_by", "ended_at"):
        op.create_index(op.f(f"ix_queue_rules_{column}"), "queue_rules", [column])
    op.create_table(
        "passings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("from_id", sa.String(), nullable=False),
        sa.Column("to_id", sa.String(), nullable=True),
        sa.Column("to_region", sa.String(), nullable=True),
        sa.Column("to_matter", sa.String(), nullable=True),
        sa.Column("was_lent", sa.String(), nullable=True),
        sa.Column("was_matter", sa.String(), nullable=True),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_passings_conversation_id_conversations"),
        ),
        sa.ForeignKeyConstraint(
            ["from_id"], ["operators.id"], name=op.f("fk_passings_from_id_operators")
        ),
        sa.ForeignKeyConstraint(
            ["to_id"], ["operators.id"], name=op.f("fk_passings_to_id_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passings")),
    )
    for column in ("conversation_id", "from_id", "to_id", "end"):
        op.create_index(op.f(f"ix_passings_{column}"), "passings", [column])


def downgrade() -> None:
    """Go down."""
    op.drop_table("passings")
    op.drop_table("queue_rules")
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.drop_index(op.f("ix_conversations_offered_to"))
        batch_op.drop_constraint(op.f(OFFERED), type_="foreignkey")
        for column in ("offered_to", "overflowed_at", "queue_head", "queue_region"):
            batch_op.drop_column(column)
    with op.batch_alter_table("operators") as batch_op:
        batch_op.drop_column("matters")
