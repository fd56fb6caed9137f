"""Plan visits, offer hours, keep what was said and what came of them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "calendar_links",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("token_index", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.id"], name=op.f("fk_calendar_links_operator_id_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_links")),
        sa.UniqueConstraint("token_index", name=op.f("uq_calendar_links_token_index")),
    )
    with op.batch_alter_table("calendar_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calendar_links_operator_id"), ["operator_id"], unique=False
        )

    op.create_table(
        "visit_slots",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.CheckConstraint("capacity BETWEEN 1 AND 20", name=op.f("ck_visit_slots_capacity")),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.id"], name=op.f("fk_visit_slots_operator_id_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_slots")),
        sa.UniqueConstraint("operator_id", "at", name=op.f("uq_visit_slots_operator_id_at")),
    )
    with op.batch_alter_table("visit_slots", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_slots_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_visit_slots_operator_id"), ["operator_id"], unique=False
        )

    op.create_table(
        "visit_answers",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer IN ('asked','confirmed','refused','not_then')",
            name=op.f("ck_visit_answers_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_answers_visit_id_visits")
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_answers")),
    )
    op.create_table(
        "visit_plans",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("operator_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("dues", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operators.id"], name=op.f("fk_visit_plans_operator_id_operators")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_plans_visit_id_visits")
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_plans")),
        sa.UniqueConstraint(
            "operator_id", "at", "place", name=op.f("uq_visit_plans_operator_id_at_place")
        ),
    )
    with op.batch_alter_table("visit_plans", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_visit_plans_operator_id"), ["operator_id"], unique=False
        )
        batch_op.create_index("ix_visit_plans_week", ["operator_id", "at"], unique=False)

    op.create_table(
        "visit_results",
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("sealed_body", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('seen','missed','refused')", name=op.f("ck_visit_results_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["by"], ["operators.id"], name=op.f("fk_visit_results_by_operators")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["households.id"],
            name=op.f("fk_visit_results_household_id_households"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_results_visit_id_visits")
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_results")),
    )
    with op.batch_alter_table("visit_results", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_results_by"), ["by"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_visit_results_household_id"), ["household_id"], unique=False
        )
        batch_op.create_index("ix_visit_results_rate", ["outcome", "seen_on"], unique=False)


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table("visit_results", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_results_rate")
        batch_op.drop_index(batch_op.f("ix_visit_results_household_id"))
        batch_op.drop_index(batch_op.f("ix_visit_results_by"))

    op.drop_table("visit_results")
    with op.batch_alter_table("visit_plans", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_plans_week")
        batch_op.drop_index(batch_op.f("ix_visit_plans_operator_id"))

    op.drop_table("visit_plans")
    op.drop_table("visit_answers")
    with op.batch_alter_table("visit_slots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_slots_operator_id"))
        batch_op.drop_index(batch_op.f("ix_visit_slots_at"))

    op.drop_table("visit_slots")
    with op.batch_alter_table("calendar_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_links_operator_id"))

    op.drop_table("calendar_links")
