"""Keep who was told on which day that a conference or a check is late."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "late_deliberations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("deliberation_id", sa.String(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("local_date", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["addressee"], ["operators.id"], name=op.f("fk_late_deliberations_addressee_operators")
        ),
        sa.ForeignKeyConstraint(
            ["deliberation_id"],
            ["deliberations.id"],
            name=op.f("fk_late_deliberations_deliberation_id_deliberations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_deliberations")),
        sa.UniqueConstraint(
            "deliberation_id",
            "addressee",
            "local_date",
            name=op.f("uq_late_deliberations_deliberation_id_addressee_local_date"),
        ),
    )
    op.create_index(
        op.f("ix_late_deliberations_addressee"), "late_deliberations", ["addressee"], unique=False
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("late_deliberations")
