"""Keep which leads are looked into, until when, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

OUTCOMES = "'helped','passed_on','no_need','refused','not_found'"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "care_checks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=True),
        sa.Column("list_id", sa.String(), nullable=True),
        sa.Column("household_id", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_care_checks_outcome")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_care_checks_{column}_{table}")
            )
            for column, table in (
                ("ticket_id", "tickets"),
                ("list_id", "list_imports"),
                ("household_id", "households"),
                ("made_by", "operators"),
                ("done_by", "operators"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_checks")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_care_checks_ticket_id")),
        sa.UniqueConstraint(
            "list_id", "household_id", name=op.f("uq_care_checks_list_id_household_id")
        ),
    )
    for column in ("household_id", "made_by", "done_by"):
        op.create_index(op.f(f"ix_care_checks_{column}"), "care_checks", [column])
    op.create_index("ix_care_checks_due", "care_checks", ["outcome", "region", "due_on"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("care_checks")
