"""Keep every part of a household's file, and what is due of it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "file_parts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("part_id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("id_index", sa.String(), nullable=True),
        sa.Column("name_index", sa.String(), nullable=True),
        sa.Column("written_by", sa.String(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["operators.id"], name=op.f("fk_file_parts_ended_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_file_parts_household_id_households")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["operators.id"], name=op.f("fk_file_parts_written_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_parts")),
    )
    with op.batch_alter_table("file_parts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_file_parts_ended_by"), ["ended_by"], unique=False)
        batch_op.create_index(
            "ix_file_parts_holding", ["household_id", "kind", "ended_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_file_parts_household_id"), ["household_id"], unique=False
        )
        batch_op.create_index("ix_file_parts_identity", ["id_index", "ended_at"], unique=False)
        batch_op.create_index("ix_file_parts_likeness", ["name_index", "ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_file_parts_part_id"), ["part_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_file_parts_written_by"), ["written_by"], unique=False)

    op.create_table(
        "household_dues",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("tell_from", sa.Date(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("confirm", sa.Boolean(), nullable=False),
        sa.Column("was_on", sa.Date(), nullable=True),
        sa.Column("moved_by", sa.String(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_household_dues_household_id_households"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_dues")),
        sa.UniqueConstraint(
            "household_id", "name", name=op.f("uq_household_dues_household_id_name")
        ),
    )
    with op.batch_alter_table("household_dues", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_household_dues_household_id"), ["household_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_household_dues_tell_from"), ["tell_from"], unique=False
        )

    op.create_table(
        "household_merges",
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("into_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by"], ["operators.id"], name=op.f("fk_household_merges_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_household_merges_household_id_households"),
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["households.id"], name=op.f("fk_household_merges_into_id_households")
        ),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_household_merges")),
    )
    with op.batch_alter_table("household_merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_merges_by"), ["by"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_merges_into_id"), ["into_id"], unique=False)

    op.create_table(
        "household_pairs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("one_id", sa.String(), nullable=False),
        sa.Column("other_id", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("sealed_why", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision IN ('same','different','undone')", name=op.f("ck_household_pairs_decision")
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["operators.id"], name=op.f("fk_household_pairs_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["one_id"], ["households.id"], name=op.f("fk_household_pairs_one_id_households")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["households.id"], name=op.f("fk_household_pairs_other_id_households")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_pairs")),
        sa.UniqueConstraint(
            "one_id", "other_id", "at", name=op.f("uq_household_pairs_one_id_other_id_at")
        ),
    )
    with op.batch_alter_table("household_pairs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_pairs_by"), ["by"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_pairs_one_id"), ["one_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_household_pairs_other_id"), ["other_id"], unique=False)

    op.create_table(
        "reckonings",
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["households.id"], name=op.f("fk_reckonings_household_id_households")
        ),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_reckonings")),
    )
    with op.batch_alter_table("reckonings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reckonings_stamp"), ["stamp"], unique=False)


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("reckonings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reckonings_stamp"))

    op.drop_table("reckonings")
    with op.batch_alter_table("household_pairs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_pairs_other_id"))
        batch_op.drop_index(batch_op.f("ix_household_pairs_one_id"))
        batch_op.drop_index(batch_op.f("ix_household_pairs_by"))

    op.drop_table("household_pairs")
    with op.batch_alter_table("household_merges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_merges_into_id"))
        batch_op.drop_index(batch_op.f("ix_household_merges_by"))

    op.drop_table("household_merges")
    with op.batch_alter_table("household_dues", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_dues_tell_from"))
        batch_op.drop_index(batch_op.f("ix_household_dues_household_id"))

    op.drop_table("household_dues")
    with op.batch_alter_table("file_parts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_file_parts_written_by"))
        batch_op.drop_index(batch_op.f("ix_file_parts_part_id"))
        batch_op.drop_index("ix_file_parts_likeness")
        batch_op.drop_index("ix_file_parts_identity")
        batch_op.drop_index(batch_op.f("ix_file_parts_household_id"))
        batch_op.drop_index("ix_file_parts_holding")
        batch_op.drop_index(batch_op.f("ix_file_parts_ended_by"))

    op.drop_table("file_parts")
