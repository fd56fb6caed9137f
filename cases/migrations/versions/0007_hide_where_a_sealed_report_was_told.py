"""Hide where a sealed report was told; seal the number beside a line of a conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("reporters", schema=None) as batch_op:
        batch_op.add_column(sa.Column("home_index", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("sealed_home", sa.LargeBinary(), nullable=True))
        batch_op.drop_column("resident_id")
        batch_op.create_index(batch_op.f("ix_reporters_home_index"), ["home_index"], unique=False)
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sealed_ticket", sa.LargeBinary(), nullable=True))
        batch_op.drop_column("ticket_number")
    op.execute("UPDATE tickets SET conversation_id = NULL WHERE sealed")


def downgrade() -> None:
    """Go down. Which conversation and which number it was stays sealed."""
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ticket_number", sa.String(), nullable=True))
        batch_op.drop_column("sealed_ticket")
    with op.batch_alter_table("reporters", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reporters_home_index"))
        batch_op.add_column(sa.Column("resident_id", sa.String(), nullable=True))
        batch_op.drop_column("sealed_home")
        batch_op.drop_column("home_index")
