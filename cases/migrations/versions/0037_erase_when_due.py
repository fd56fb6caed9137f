"""Keep what is erased when, what is held back, and what a resident asked to be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
MOMENTS = (
    ("conversations", "erase_asked_at"),
    ("conversations", "erased_at"),
    ("tickets", "restricted_at"),
    ("tickets", "erased_at"),
)


def upgrade() -> None:
    """Go up."""
    for table, column in MOMENTS:
        op.add_column(table, sa.Column(column, MOMENT, nullable=True))
    op.create_index(op.f("ix_conversations_erase_asked_at"), "conversations", ["erase_asked_at"])
    op.create_index("ix_conversations_kept", "conversations", ["erased_at", "active_at"])
    op.create_index("ix_tickets_kept", "tickets", ["erased_at", "closed_at"])
    op.create_index(op.f("ix_misreadings_at"), "misreadings", ["at"])
    op.create_index(op.f("ix_staff_sessions_seen_at"), "staff_sessions", ["seen_at"])
    op.create_table(
        "erasing_runs",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("days", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_erasing_runs")),
    )
    op.create_table(
        "erased_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("erased", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "kept", name=op.f("pk_erased_counts")),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("sealed_why", sa.LargeBinary(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_holds_{column}_{table}")
            )
            for column, table in (
                ("ticket_id", "tickets"),
                ("set_by", "operators"),
                ("ended_by", "operators"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    for column in ("ticket_id", "set_by", "ended_by", "ended_at"):
        op.create_index(op.f(f"ix_holds_{column}"), "holds", [column])


def downgrade() -> None:
    """Go down."""
    for table in ("holds", "erased_counts", "erasing_runs"):
        op.drop_table(table)
    for table, name in (
        ("staff_sessions", op.f("ix_staff_sessions_seen_at")),
        ("misreadings", op.f("ix_misreadings_at")),
        ("tickets", "ix_tickets_kept"),
        ("conversations", "ix_conversations_kept"),
        ("conversations", op.f("ix_conversations_erase_asked_at")),
    ):
        op.drop_index(name, table_name=table)
    for table, column in reversed(MOMENTS):
        op.drop_column(table, column)
