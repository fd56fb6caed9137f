"""Keep which places are open to the public."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "live_regions",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by"], ["operators.id"], name=op.f("fk_live_regions_by_operators")
        ),
        sa.PrimaryKeyConstraint("region", name=op.f("pk_live_regions")),
    )
    op.create_index(op.f("ix_live_regions_by"), "live_regions", ["by"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_table("live_regions")
