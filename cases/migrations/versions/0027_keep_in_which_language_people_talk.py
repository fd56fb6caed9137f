"""Keep in which language residents are talked with and operators can talk."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tongue", sa.String(), nullable=True))
    with op.batch_alter_table("operators", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tongues", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("operators", schema=None) as batch_op:
        batch_op.drop_column("tongues")
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_column("tongue")
