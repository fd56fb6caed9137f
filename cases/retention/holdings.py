"""To which class each table belongs, on what its rows hang, and what goes when that is erased."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Column, LargeBinary
from sqlalchemy.sql.schema import Table
from sqlmodel import SQLModel

from cases.retention.terms import Kept


class How(StrEnum):
    """The row goes; its personal columns are emptied and the rest is counted on; it stays."""

    DELETE = "delete"
    BLANK = "blank"
    STAY = "stay"


@dataclass(frozen=True)
class Link:
    """The row hangs on a row of `parent` through a column; `to` is empty for the parent's key."""

    parent: str
    column: str
    to: str = ""


@dataclass(frozen=True)
class Holding:
    """One table. `empties`: columns that are emptied besides, `mark`: where the moment is kept.

    `owns_key`: the data key of the row is its own, and is destroyed with it.
    """

    table: str
    kept: Kept
    how: How = How.STAY
    links: tuple[Link, ...] = ()
    empties: tuple[str, ...] = ()
    mark: str = ""
    owns_key: bool = False


def _of(parent: str, column: str, kept: Kept, how: How, *tables: str) -> tuple[Holding, ...]:
    return tuple(Holding(table, kept, how, (Link(parent, column),)) for table in tables)


def _stay(kept: Kept, *tables: str) -> tuple[Holding, ...]:
    return tuple(Holding(table, kept) for table in tables)


K, H = Kept, How
TALK, TICKET, HOME = "conversations", "tickets", "households"

HOLDINGS: tuple[Holding, ...] = (
    # A conversation and what was said in it. The row stays, empty, for waits and wrap-ups to count.
    Holding(TALK, K.CONVERSATIONS, H.BLANK, mark="erased_at"),
    Holding("residents", K.CONVERSATIONS, H.BLANK, mark="forgotten_at", owns_key=True),
    *_of("residents", "resident_id", K.CONVERSATIONS, H.DELETE, "contact_ways"),
    *_of(TALK, "conversation_id", K.CONVERSATIONS, H.DELETE, "messages", "inbound", "threads"),
    *_of(TALK, "conversation_id", K.CONVERSATIONS, H.DELETE, "chat_notes", "early_changes"),
    *_of(TALK, "conversation_id", K.CONVERSATIONS, H.DELETE, "reading_marks", "given_out"),
    *_of(TALK, "conversation_id", K.CONVERSATIONS, H.BLANK, "callbacks", "passings"),
    *_of("callbacks", "callback_id", K.CONVERSATIONS, H.BLANK, "call_attempts"),
    *_of(TALK, "conversation_id", K.FILES, H.DELETE, "attachments"),
    *_of("attachments", "attachment_id", K.FILES, H.DELETE, "attachment_bodies"),
    *_of(TALK, "conversation_id", K.LISTS, H.DELETE, "checklists"),
    *_of(TALK, "conversation_id", K.SENTENCES, H.DELETE, "questions", "misreadings"),
    *_of(TALK, "conversation_id", K.PASSING, H.DELETE, "channel_links", "typing_signs"),
    *_stay(K.PASSING, "throttles"),
    # A ticket that is no archive: its words go, its number, days and results are counted on.
    Holding(
        TICKET,
        K.TICKETS,
        H.BLANK,
        empties=("resident_id", "conversation_id"),
        mark="erased_at",
        owns_key=True,
    ),
    *_of(TICKET, "ticket_id", K.TICKETS, H.DELETE, "ticket_notes", "ticket_catchwords"),
    *_of(TICKET, "ticket_id", K.TICKETS, H.DELETE, "ticket_watches", "deliberations", "holds"),
    *_of(TICKET, "ticket_id", K.TICKETS, H.DELETE, "told_needs"),
    *_of("deliberations", "deliberation_id", K.TICKETS, H.DELETE, "late_deliberations"),
    *_of(TICKET, "ticket_id", K.TICKETS, H.BLANK, "ticket_notices", "triage_suggestions"),
    Holding(
        "follow_ups",
        K.TICKETS,
        H.BLANK,
        (Link(TICKET, "ticket_id"),),
        empties=("conversation_id",),
    ),
    # A card is sealed under the key of its ticket, or of its resident where there is no ticket.
    Holding(
        "rescues",
        K.TICKETS,
        H.DELETE,
        (Link(TICKET, "key_id", "key_id"), Link("residents", "key_id", "key_id")),
    ),
    Holding("reporters", K.REPORTERS, H.DELETE, (Link(TICKET, "ticket_id"),), owns_key=True),
    *_of(TICKET, "ticket_id", K.REPORTERS, H.DELETE, "unsealings"),
    Holding("handovers", K.GIVINGS, H.DELETE),
    *_stay(K.GIVINGS, "received_answers"),
    # Staff and what is left lying between them.
    Holding("staff_sessions", K.SIGN_INS, H.DELETE),
    Holding("shift_notes", K.SHIFT_NOTES, H.DELETE, owns_key=True),
    Holding("duty_shifts", K.ROSTER, H.DELETE, owns_key=True),
    Holding("updates", K.INBOX, H.DELETE),
    Holding("list_imports", K.BUREAU_LISTS, H.DELETE, owns_key=True),
    *_of("list_imports", "import_id", K.BUREAU_LISTS, H.DELETE, "list_files", "list_rows"),
    Holding("events", K.EVENTS, H.DELETE),
    *_stay(K.STAFF, "operators", "setup_links", "mailboxes", "calendar_links"),
    *_stay(K.AUDIT, "audit", "audit_head"),
    # The archives of assistance.
    *_stay(K.ASSISTANCE, "applications", "advance_reliefs"),
    # A file is erased by two persons alone (`archives.py`): its row stays, empty, for those that
    # name it.
    Holding(
        HOME, K.HOUSEHOLDS, H.BLANK, empties=("conversation_id",), mark="erased_at", owns_key=True
    ),
    *_of(HOME, "household_id", K.HOUSEHOLDS, H.DELETE, "file_parts", "happiness_lists"),
    *_of(HOME, "household_id", K.HOUSEHOLDS, H.DELETE, "household_dues", "household_help"),
    *_of(HOME, "household_id", K.HOUSEHOLDS, H.DELETE, "reckonings", "household_archives"),
    *_of(HOME, "household_id", K.HOUSEHOLDS, H.DELETE, "hardship_files", "hardship_needs"),
    *_of(HOME, "household_id", K.HOUSEHOLDS, H.DELETE, "hardship_steps", "need_assessments"),
    *_of(HOME, "household_id", K.HOUSEHOLDS, H.DELETE, "visits", "visit_results"),
    *_of(HOME, "household_id", K.HOUSEHOLDS, H.DELETE, "service_items", "service_requests"),
    *_of("visits", "visit_id", K.HOUSEHOLDS, H.DELETE, "visit_answers", "visit_plans"),
    *_of("service_items", "item_id", K.HOUSEHOLDS, H.DELETE, "service_steps", "service_opinions"),
    *_of("service_items", "item_id", K.HOUSEHOLDS, H.DELETE, "service_deliveries"),
    Holding(
        "household_merges",
        K.HOUSEHOLDS,
        H.DELETE,
        (Link(HOME, "household_id"), Link(HOME, "into_id")),
    ),
    Holding(
        "household_pairs", K.HOUSEHOLDS, H.DELETE, (Link(HOME, "one_id"), Link(HOME, "other_id"))
    ),
    *_stay(K.HOUSEHOLDS, "care_households", "household_erasures"),
    # Nothing of a person: figures, days, states, settings, what is published.
    *_stay(K.COUNTS, "data_keys", "channels", "streams", "refusals", "reminders", "entered_days"),
    *_stay(K.COUNTS, "publications", "drafts", "lessons", "trained_models", "serving_models"),
    *_stay(K.COUNTS, "callback_slots", "canned_replies", "care_campaigns", "care_checks"),
    *_stay(K.COUNTS, "incidents", "incident_tickets", "line_settings", "live_regions"),
    *_stay(K.COUNTS, "opening_hours", "queue_rules", "visit_slots", "cautions", "impressions"),
    *_stay(K.COUNTS, "phone_calls", "platform_cases", "waits", "wrap_ups", "quality_checks"),
    *_stay(K.COUNTS, "alerts", "pages", "page_tries", "ticket_extensions", "ticket_mergers"),
    *_stay(K.COUNTS, "ticket_milestones", "ticket_nudges", "ticket_parts", "triage_corrections"),
    *_stay(K.COUNTS, "erasing_runs", "erased_counts"),
)

BY_TABLE = {holding.table: holding for holding in HOLDINGS}
# Named like something else, and personal all the same.
PERSONAL = frozenset({"lookup", "fingerprint", "token_digest", "chat", "csrf"})
NO_SECRET_OF_A_PERSON = frozenset({"data_keys", "trained_models"})


def table(name: str) -> Table:
    """A table of the store."""
    return SQLModel.metadata.tables[name]


def children_first() -> tuple[Table, ...]:
    """Every table, so that a row goes before what it hangs on.

    Raises LookupError in a process that does not know them all: what it does not know would stay.
    """
    metadata = SQLModel.metadata
    unknown = BY_TABLE.keys() - metadata.tables.keys()
    if unknown:
        raise LookupError(f"Import cases.tables before erasing; not known: {sorted(unknown)}")
    return tuple(reversed(metadata.sorted_tables))


def personal(one: Table) -> tuple[Column[object], ...]:
    """The columns that tell of somebody: sealed ones, and fingerprints to know them again."""
    if one.name in NO_SECRET_OF_A_PERSON:
        return ()
    return tuple(column for column in one.columns if _tells(column))


def _tells(column: Column[object]) -> bool:
    named = column.name in PERSONAL or column.name.endswith("_index")
    return named or isinstance(column.type, LargeBinary)
