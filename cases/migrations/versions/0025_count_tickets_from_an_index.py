"""Let the overview of tickets be counted from an index alone."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

COUNTED = (
    "ended",
    "region",
    "lead_unit",
    "matter",
    "next_due",
    "state",
    "next_actor",
    "escalated",
)


def upgrade() -> None:
    """Go up."""
    op.create_index("ix_tickets_counted", "tickets", list(COUNTED), unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_index("ix_tickets_counted", "tickets")
