"""What a household said to a care message: kept once; a need is a ticket, silence is a call."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, select

from cases import events, residents
from cases.care.campaigns import Campaign, CareHousehold, CareState, Why
from cases.care.groups import CARE
from cases.commands import CareWord
from cases.database import Session
from cases.desk import callbacks
from cases.desk.callbacks import CallBack, CallKind, CallState
from cases.errors import MoveError
from cases.households import file_parts, households, people, reaching, same_household
from cases.households.file_bodies import PartKind
from cases.households.households import Household
from cases.residents import ContactKind, Resident
from cases.talk import conversations
from cases.talk.conversations import Conversation
from cases.talk.messages import Delivery, Message
from cases.tickets import tickets
from cases.tickets.tickets import Ticket
from knowledge.names import Category, Priority

# A word that comes later than this is about something else.
HEARD_WITHIN = timedelta(days=7)
WORSE_WITHIN = timedelta(days=1)
OPEN = (CareState.SAID, CareState.SILENT)
BATCH = 50
LEFT_TO_A_PERSON = (Why.NO_WAY, Why.NOT_TO_CALL, Why.TOO_LATE, Why.FAILED)
GRAVE = frozenset({Priority.P0, Priority.P1})
# What never shows that it came after a care message: it belongs to whoever told it.
APART = frozenset({Category.COMPLAINT, Category.REPORT, Category.RIGHTS})


class Answer(StrEnum):
    """What came of it. `other`: they wrote of something else; a person looks."""

    FINE = "fine"
    NEED = "need"
    DANGER = "danger"
    NO_MORE = "no_more"
    OTHER = "other"


@dataclass(frozen=True)
class Results:
    """How many households are where: by state, by answer, by why nothing was said; `late` of
    what was said may not have arrived, `called` of the silent were reached by a call."""

    states: Mapping[CareState, int]
    answers: Mapping[Answer, int]
    why: Mapping[Why, int]
    unproven: int
    called: int


def open_in(session: Session, conversation_id: str, *, now: datetime) -> CareHousehold | None:
    """The care message that this chat may still answer, the newest; None without one."""
    return session.exec(
        select(CareHousehold)
        .where(
            CareHousehold.conversation_id == conversation_id,
            col(CareHousehold.state).in_(OPEN),
            col(CareHousehold.said_at) > now - HEARD_WITHIN,
        )
        .order_by(col(CareHousehold.said_at).desc())
        .limit(1)
        .with_for_update()
    ).first()


def take(session: Session, conversation: Conversation, word: CareWord, *, now: datetime) -> None:
    """Keep what was said; who wants no more is never written to again without asking."""
    row = open_in(session, conversation.id, now=now)
    if row is None:
        return
    _answered(session, row, Answer(word), now=now)
    if word is CareWord.NO_MORE:
        withdraw(session, households.find(session, row.household_id), by=None, now=now)


def note_ticket(
    session: Session, conversation: Conversation, ticket: Ticket, *, now: datetime
) -> None:
    """Whatever is filed after a care message answers it; what is private is only not silence."""
    grave = ticket.priority in GRAVE
    row = open_in(session, conversation.id, now=now)
    if row is None and grave:
        row = _answered_before(session, conversation, now=now)
    if row is None:
        return
    apart = tickets.only_by_secret(ticket) or ticket.personal or ticket.category in APART
    if apart:
        _answered(session, row, Answer.OTHER, now=now)
        return
    row.ticket_id = ticket.id
    _answered(session, row, Answer.DANGER if grave else Answer.NEED, now=now)


def silent(session: Session, *, now: datetime) -> Sequence[str]:
    """Who should have answered by now; a look, no claim."""
    return session.exec(
        select(CareHousehold.id)
        .where(CareHousehold.state == CareState.SAID, CareHousehold.due_at <= now)
        .order_by(col(CareHousehold.due_at))
        .limit(BATCH)
    ).all()


def call(session: Session, row_id: str, *, zone: str, now: datetime) -> None:
    """Nobody answered: a person calls, once, at a safe hour. Who is not to be called stands on the
    result page, for somebody to look in. The chat is locked first, as by a turn of its own."""
    seen = session.get_one(CareHousehold, row_id)
    line = conversations.find_for_update(session, seen.conversation_id or "")
    row = session.exec(
        select(CareHousehold)
        .where(CareHousehold.id == row_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.state != CareState.SAID or row.due_at > now:
        return
    household = households.find(session, row.household_id)
    hours = reaching.hours(session, household, line)
    row.state = CareState.SILENT
    if row.said_at is not None and line.active_at > row.said_at:
        row.answer = Answer.OTHER
    if hours is None:
        row.why = Why.NOT_TO_CALL
    else:
        phone = _phone(session, household, line)
        due = hours.next(now, zone)
        kind = CallKind.CARE
        row.call_id = callbacks.owe(
            session, line, kind, phone=phone, due_at=due, by=None, now=now
        ).id
    session.add(row)
    session.flush()
    _tell(session, row, now=now)


def results(session: Session, campaign: Campaign) -> Results:
    """Where the households of a campaign are."""
    rows = session.exec(select(CareHousehold).where(CareHousehold.campaign_id == campaign.id)).all()
    return Results(
        states=Counter(CareState(row.state) for row in rows),
        answers=Counter(Answer(row.answer) for row in rows if row.answer is not None),
        why=Counter(Why(row.why) for row in rows if row.why is not None),
        unproven=len(_not_arrived(session, campaign)),
        called=len(_called(session, campaign)),
    )


def to_see_to(
    session: Session, campaign: Campaign, *, limit: int = 200
) -> Sequence[tuple[CareHousehold, Household, Ticket | None, CallBack | None]]:
    """The households that a person has something to do with: tickets first, then silence, then
    those to whom nothing could be said. Who gave no consent is left alone."""
    rows = session.exec(
        select(CareHousehold, Household, Ticket, CallBack)
        .join(Household, col(Household.id) == CareHousehold.household_id)
        .join(Ticket, col(Ticket.id) == CareHousehold.ticket_id, isouter=True)
        .join(CallBack, col(CallBack.id) == CareHousehold.call_id, isouter=True)
        .where(
            CareHousehold.campaign_id == campaign.id,
            (col(CareHousehold.ticket_id).is_not(None))
            | (col(CareHousehold.answer) == Answer.OTHER)
            | (col(CareHousehold.state) == CareState.SILENT)
            | (col(CareHousehold.why).in_(LEFT_TO_A_PERSON)),
        )
        .order_by(
            col(CareHousehold.ticket_id).is_(None),
            col(CareHousehold.state) == CareState.LEFT_OUT,
            col(CareHousehold.due_at),
        )
        .limit(limit)
    ).all()
    return [(row, household, ticket, made) for row, household, ticket, made in rows]


def agrees(session: Session, household: Household) -> bool:
    """Whether this household agreed to be asked how it is."""
    rows = file_parts.holding(session, household, PartKind.CONSENT)
    return any(row.code == CARE for row in rows)


def _answered(session: Session, row: CareHousehold, answer: Answer, *, now: datetime) -> None:
    row.state, row.answer, row.answered_at = CareState.ANSWERED, answer, now
    session.add(row)
    if row.call_id is not None:
        made = session.get_one(CallBack, row.call_id)
        if made.state == CallState.OPEN:
            _need_not_call(session, made, now=now)
    session.flush()
    _tell(session, row, now=now)


def _answered_before(
    session: Session, conversation: Conversation, *, now: datetime
) -> CareHousehold | None:
    """Who said that something is needed may say a little later that it is worse."""
    return session.exec(
        select(CareHousehold)
        .where(
            CareHousehold.conversation_id == conversation.id,
            CareHousehold.state == CareState.ANSWERED,
            CareHousehold.answer != Answer.DANGER,
            col(CareHousehold.answered_at) > now - WORSE_WITHIN,
        )
        .order_by(col(CareHousehold.answered_at).desc())
        .limit(1)
        .with_for_update()
    ).first()


def _need_not_call(session: Session, made: CallBack, *, now: datetime) -> None:
    try:
        callbacks.cancel(session, made.id, now=now)
    except MoveError:
        # Somebody is calling at this moment: what they write down stands.
        return


def withdraw(session: Session, household: Household, *, by: str | None, now: datetime) -> None:
    """The household is written to no more without asking. Without `by` they said so themselves."""
    for row in file_parts.holding(session, household, PartKind.CONSENT):
        if row.code == CARE:
            file_parts.end(session, household, row.part_id, by=by, now=now)


def _phone(session: Session, household: Household, line: Conversation) -> str | None:
    told = residents.contacts(session, session.get_one(Resident, line.resident_id))
    if told:
        return None
    ways = [
        way.value
        for file in same_household.family(session, household)
        for known in people.of_household(session, file)
        if known.kind is PartKind.MEMBER
        for way in known.person.ways
        if way.kind is ContactKind.CALL and not way.do_not_call
    ]
    return next(iter(ways), None)


def _not_arrived(session: Session, campaign: Campaign) -> Sequence[str]:
    return session.exec(
        select(CareHousehold.id)
        .join(
            Message,
            (col(Message.conversation_id) == CareHousehold.conversation_id)
            & (col(Message.seq) == CareHousehold.seq),
        )
        .where(
            CareHousehold.campaign_id == campaign.id,
            col(Message.delivery).in_((Delivery.LISTED, Delivery.FAILED)),
        )
    ).all()


def _called(session: Session, campaign: Campaign) -> Sequence[str]:
    return session.exec(
        select(CareHousehold.id)
        .join(CallBack, col(CallBack.id) == CareHousehold.call_id)
        .where(CareHousehold.campaign_id == campaign.id, CallBack.state == CallState.DONE)
    ).all()


def _tell(session: Session, row: CareHousehold, *, now: datetime) -> None:
    about = {"campaign": row.campaign_id, "household": row.household_id}
    events.publish(session, events.Kind.HOUSEHOLD, about, now=now)
