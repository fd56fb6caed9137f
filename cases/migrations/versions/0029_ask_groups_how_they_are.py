"""Keep which groups were asked how they are, each household once, and what it said."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

STATES = "'waiting','sending','said','answered','silent','left_out'"
ANSWERS = "'fine','need','danger','no_more','other'"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "care_campaigns",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("form_id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_until", sa.Integer(), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("programme", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("a_minute", sa.Integer(), nullable=False),
        sa.Column("answer_seconds", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('running','stopped','done')", name=op.f("ck_care_campaigns_state")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["operators.id"], name=op.f("fk_care_campaigns_made_by_operators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_campaigns")),
        sa.UniqueConstraint("form_id", name=op.f("uq_care_campaigns_form_id")),
    )
    for column in ("region", "state", "made_by"):
        op.create_index(op.f(f"ix_care_campaigns_{column}"), "care_campaigns", [column])
    op.create_table(
        "care_households",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.String(), nullable=False),
        sa.Column("household_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticket_id", sa.String(), nullable=True),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_care_households_state")),
        sa.CheckConstraint(f"answer IN ({ANSWERS})", name=op.f("ck_care_households_answer")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_care_households_{column}_{table}")
            )
            for column, table in (
                ("campaign_id", "care_campaigns"),
                ("household_id", "households"),
                ("conversation_id", "conversations"),
                ("ticket_id", "tickets"),
                ("call_id", "callbacks"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_households")),
        sa.UniqueConstraint(
            "campaign_id", "household_id", name=op.f("uq_care_households_campaign_id_household_id")
        ),
    )
    for column in ("household_id", "ticket_id", "call_id"):
        op.create_index(op.f(f"ix_care_households_{column}"), "care_households", [column])
    for name, columns in (
        ("due", ["campaign_id", "state", "due_at"]),
        ("heard", ["conversation_id", "state"]),
        ("silent", ["state", "due_at"]),
    ):
        op.create_index(f"ix_care_households_{name}", "care_households", columns)


def downgrade() -> None:
    """Go down."""
    op.drop_table("care_households")
    op.drop_table("care_campaigns")
