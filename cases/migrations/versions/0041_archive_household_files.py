"""Keep which household files are archived, until when, and which second person had one erased."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None
INDEXED = ("household_id", "asked_by", "decided_by", "decided_at")


def upgrade() -> None:
    """Go up."""
    op.add_column("households", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "household_archives",
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("archived_on", sa.Date(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("archived_by", sa.String(), nullable=False),
        sa.Column("sealed_hold", sa.LargeBinary(), nullable=True),
        sa.Column("held_by", sa.String(), nullable=True),
        _names("household_archives", "household_id", "households"),
        _names("household_archives", "archived_by", "operators"),
        _names("household_archives", "held_by", "operators"),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_household_archives")),
    )
    for column in ("archived_by", "held_by"):
        op.create_index(op.f(f"ix_household_archives_{column}"), "household_archives", [column])
    op.create_table(
        "household_erasures",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("ticket_number", sa.String(), nullable=True),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ground IN ('term','request')", name=_check("ground")),
        sa.CheckConstraint("word IN ('asked','confirmed','refused')", name=_check("word")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by", name=_check("two_persons")
        ),
        _names("household_erasures", "household_id", "households"),
        _names("household_erasures", "asked_by", "operators"),
        _names("household_erasures", "decided_by", "operators"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_erasures")),
    )
    for column in INDEXED:
        op.create_index(op.f(f"ix_household_erasures_{column}"), "household_erasures", [column])


def downgrade() -> None:
    """Go down."""
    op.drop_table("household_erasures")
    op.drop_table("household_archives")
    op.drop_column("households", "erased_at")


def _names(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def _check(name: str) -> str:
    return op.f(f"ck_household_erasures_{name}")
