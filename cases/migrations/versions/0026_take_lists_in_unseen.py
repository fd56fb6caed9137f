"""Keep a list's file while it is read, and what is taken in of it unseen until all is in."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

WITH_LIST = ("households", "file_parts", "household_help")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "list_files",
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["list_imports.id"], name=op.f("fk_list_files_import_id_list_imports")
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_list_files")),
    )
    op.add_column("list_imports", sa.Column("why", sa.String(), nullable=True))
    op.add_column(
        "list_imports", sa.Column("fence", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "list_imports", sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True)
    )
    for table in WITH_LIST:
        op.add_column(table, sa.Column("list_id", sa.String(), nullable=True))
    op.drop_index("ix_list_rows_next", "list_rows")
    op.create_index("ix_list_rows_next", "list_rows", ["import_id", "done", "line"])
    op.create_index("ix_list_rows_together", "list_rows", ["import_id", "head_index"])


def downgrade() -> None:
    """Go down."""
    op.drop_index("ix_list_rows_together", "list_rows")
    op.drop_index("ix_list_rows_next", "list_rows")
    op.create_index("ix_list_rows_next", "list_rows", ["import_id", "done", "head_index"])
    for table in reversed(WITH_LIST):
        op.drop_column(table, "list_id")
    op.drop_column("list_imports", "leased_until")
    op.drop_column("list_imports", "fence")
    op.drop_column("list_imports", "why")
    op.drop_table("list_files")
