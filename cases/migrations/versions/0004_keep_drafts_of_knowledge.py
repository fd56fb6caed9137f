"""Keep drafts of knowledge until a second person publishes them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("open_key", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("settles", sa.JSON(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_by", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open','published','dropped')", name=op.f("ck_drafts_state")),
        sa.ForeignKeyConstraint(
            ["author"], ["operators.id"], name=op.f("fk_drafts_author_operators")
        ),
        sa.ForeignKeyConstraint(
            ["begun_by"], ["operators.id"], name=op.f("fk_drafts_begun_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("open_key", name=op.f("uq_drafts_open_key")),
    )
    op.create_index(op.f("ix_drafts_author"), "drafts", ["author"], unique=False)
    op.create_index(op.f("ix_drafts_begun_by"), "drafts", ["begun_by"], unique=False)
    op.create_index("ix_drafts_state_changed_at", "drafts", ["state", "changed_at"], unique=False)
    op.create_index(op.f("ix_publications_effective"), "publications", ["effective"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_index(op.f("ix_publications_effective"), table_name="publications")
    op.drop_index("ix_drafts_state_changed_at", table_name="drafts")
    op.drop_index(op.f("ix_drafts_begun_by"), table_name="drafts")
    op.drop_index(op.f("ix_drafts_author"), table_name="drafts")
    op.drop_table("drafts")
