"""Keep what residents tell of needs until an assessment is made of it."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "told_needs",
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("sealed_told", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("assessment_id", sa.String(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_told_needs_{column}_{table}")
            )
            for column, table in (
                ("ticket_id", "tickets"),
                ("assessment_id", "need_assessments"),
                ("settled_by", "operators"),
            )
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_told_needs")),
    )
    for column in ("assessment_id", "settled_by"):
        op.create_index(op.f(f"ix_told_needs_{column}"), "told_needs", [column])
    op.create_index("ix_told_needs_open", "told_needs", ["settled_at", "ticket_id"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("told_needs")
