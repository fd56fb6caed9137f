"""Keep a bureau's list while it is tried and taken in."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "list_imports",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('reading','wrong','ready','working','done','dropped')",
            name=op.f("ck_list_imports_state"),
        ),
        sa.ForeignKeyConstraint(
            ["given_by"], ["operators.id"], name=op.f("fk_list_imports_given_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["data_keys.id"], name=op.f("fk_list_imports_key_id_data_keys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_imports")),
    )
    with op.batch_alter_table("list_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_imports_digest"), ["digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_list_imports_given_by"), ["given_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_list_imports_key_id"), ["key_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_list_imports_region"), ["region"], unique=False)
        batch_op.create_index(batch_op.f("ix_list_imports_state"), ["state"], unique=False)

    op.create_table(
        "list_rows",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("id_index", sa.String(), nullable=True),
        sa.Column("head_index", sa.String(), nullable=True),
        sa.Column("sealed_row", sa.LargeBinary(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_list_rows_household_id_households")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["list_imports.id"], name=op.f("fk_list_rows_import_id_list_imports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_rows")),
        sa.UniqueConstraint("import_id", "line", name=op.f("uq_list_rows_import_id_line")),
    )
    with op.batch_alter_table("list_rows", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_list_rows_household_id"), ["household_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_list_rows_import_id"), ["import_id"], unique=False)
        batch_op.create_index(
            "ix_list_rows_next", ["import_id", "done", "head_index"], unique=False
        )
        batch_op.create_index("ix_list_rows_twice", ["import_id", "id_index"], unique=False)


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("list_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_list_rows_twice")
        batch_op.drop_index("ix_list_rows_next")
        batch_op.drop_index(batch_op.f("ix_list_rows_import_id"))
        batch_op.drop_index(batch_op.f("ix_list_rows_household_id"))

    op.drop_table("list_rows")
    with op.batch_alter_table("list_imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_list_imports_state"))
        batch_op.drop_index(batch_op.f("ix_list_imports_region"))
        batch_op.drop_index(batch_op.f("ix_list_imports_key_id"))
        batch_op.drop_index(batch_op.f("ix_list_imports_given_by"))
        batch_op.drop_index(batch_op.f("ix_list_imports_digest"))

    op.drop_table("list_imports")
