"""Keep opening hours, and beside every wait what was foreseen when it began."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CONVERSATION = "fk_waits_conversation_id_conversations"
NEW = (
    ("conversation_id", sa.String()),
    ("asked_at", sa.DateTime(timezone=True)),
    ("measure_s", sa.Float()),
    ("at_once", sa.Boolean()),
    ("low_s", sa.Integer()),
    ("high_s", sa.Integer()),
    ("cost_s", sa.Float()),
)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("days", sa.String(), nullable=False),
        sa.Column("begins", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["operators.id"], name=op.f("fk_opening_hours_made_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    for column in ("region", "made_by", "ended_at"):
        op.create_index(op.f(f"ix_opening_hours_{column}"), "opening_hours", [column])
    with op.batch_alter_table("waits") as batch_op:
        for name, kind in NEW:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.alter_column("seconds", existing_type=sa.Integer(), nullable=True)
        batch_op.alter_column("served_at", existing_type=sa.DateTime(timezone=True), nullable=True)
        batch_op.create_foreign_key(
            op.f(CONVERSATION), "conversations", ["conversation_id"], ["id"]
        )
        batch_op.create_index(op.f("ix_waits_conversation_id"), ["conversation_id"])
        batch_op.create_index(op.f("ix_waits_served_at"), ["served_at"])
        batch_op.create_index("ix_waits_alike", ["region", "at_once", "served_at"])


def downgrade() -> None:
    """Go down."""
    op.execute("DELETE FROM waits WHERE served_at IS NULL OR seconds IS NULL")
    with op.batch_alter_table("waits") as batch_op:
        for index in ("ix_waits_alike", "ix_waits_served_at", "ix_waits_conversation_id"):
            batch_op.drop_index(op.f(index))
        batch_op.drop_constraint(op.f(CONVERSATION), type_="foreignkey")
        batch_op.alter_column("served_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column("seconds", existing_type=sa.Integer(), nullable=False)
        for name, _ in reversed(NEW):
            batch_op.drop_column(name)
    op.drop_table("opening_hours")
