"""Keep special-hardship files: steps with their evidence, the pair, the needs."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "hardship_files",
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("county", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("next_actor", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("confirm", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("help_id", sa.String(), nullable=True),
        sa.Column("sealed_pair", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(next_actor = 'nobody') = (stage IN ('not_taken','ended'))",
            name=op.f("ck_hardship_files_actor_while_open"),
        ),
        sa.CheckConstraint(
            "(due_on IS NULL) = (stage IN ('not_taken','ended'))",
            name=op.f("ck_hardship_files_due_while_open"),
        ),
        sa.ForeignKeyConstraint(
            ["help_id"],
            ["household_help.id"],
            name=op.f("fk_hardship_files_help_id_household_help"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_hardship_files_household_id_households"),
        ),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_hardship_files")),
    )
    op.create_index(op.f("ix_hardship_files_due_on"), "hardship_files", ["due_on"])
    op.create_index(op.f("ix_hardship_files_help_id"), "hardship_files", ["help_id"])
    op.create_table(
        "hardship_steps",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by"], ["operators.id"], name=op.f("fk_hardship_steps_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_hardship_steps_household_id_households"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hardship_steps")),
    )
    op.create_index(op.f("ix_hardship_steps_by"), "hardship_steps", ["by"])
    op.create_index(op.f("ix_hardship_steps_household_id"), "hardship_steps", ["household_id"])
    op.create_table(
        "hardship_needs",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("identity_told", sa.Boolean(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open','taken','met','withdrawn')", name=op.f("ck_hardship_needs_state")
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["operators.id"], name=op.f("fk_hardship_needs_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_hardship_needs_household_id_households"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_hardship_needs")),
    )
    op.create_index(op.f("ix_hardship_needs_by"), "hardship_needs", ["by"])
    op.create_index(op.f("ix_hardship_needs_household_id"), "hardship_needs", ["household_id"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("hardship_needs")
    op.drop_table("hardship_steps")
    op.drop_table("hardship_files")
