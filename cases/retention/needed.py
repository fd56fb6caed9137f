"""What is still needed and therefore not erased, however old it is: said to the database."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased
from sqlmodel import col, or_, select

from cases.care.checks import CareCheck
from cases.channels.inbox import Inbound
from cases.danger.alerts import Alert
from cases.database import Session
from cases.desk.callbacks import CallBack, CallState
from cases.households.early_changes import EarlyChange
from cases.households.households import Household
from cases.households.service_records import ServiceRequest
from cases.retention.holds import Hold
from cases.talk.attachments import Attachment
from cases.talk.conversations import Conversation, Mode
from cases.talk.messages import Delivery, Message
from cases.tickets import reporters
from cases.tickets.applications import Application
from cases.tickets.deliberations import Deliberation
from cases.tickets.handovers import Handover
from cases.tickets.merging import TicketMerger
from cases.tickets.notices import Notice
from cases.tickets.parts import TicketPart
from cases.tickets.reliefs import Relief
from cases.tickets.reporters import Reporter
from cases.tickets.tickets import Ticket
from cases.tickets.unsealings import Decision, Unsealing

# The ticket that another one belongs to, in the same statement.
Whole = aliased(Ticket)
UNSENT = (Delivery.PENDING, Delivery.SENDING)


def conversation() -> ColumnElement[bool]:
    """A row of conversations that somebody still needs: a talk, a call, a danger, a ticket that
    goes on, a household that is reached here, a message that has not left."""
    here = Conversation.id
    return or_(
        col(Conversation.mode) != Mode.BOT,
        exists().where(col(Inbound.conversation_id) == here, col(Inbound.answered_at).is_(None)),
        exists().where(
            col(CallBack.conversation_id) == here, col(CallBack.state) == CallState.OPEN
        ),
        exists().where(col(Alert.conversation_id) == here, col(Alert.closed_at).is_(None)),
        exists().where(col(Household.conversation_id) == here),
        exists().where(
            col(EarlyChange.conversation_id) == here, col(EarlyChange.settled_at).is_(None)
        ),
        exists().where(col(Message.conversation_id) == here, col(Message.delivery).in_(UNSENT)),
        exists().where(
            col(Ticket.resident_id) == Conversation.resident_id, col(Ticket.ended).is_(False)
        ),
        exists().where(col(Ticket.resident_id) == Conversation.resident_id, _held()),
    )


def reporting(session: Session, conversations: Sequence[str]) -> frozenset[str]:
    """Those of these conversations from which a sealed report came that goes on or is held.

    No row leads from one to the other: only the fingerprint tells.
    """
    by_print = {reporters.fingerprint(session, one): one for one in conversations}
    rows = session.exec(
        select(Reporter.home_index)
        .join(Ticket, col(Ticket.id) == Reporter.ticket_id)
        .where(col(Reporter.home_index).in_(by_print), or_(col(Ticket.ended).is_(False), _held()))
    ).all()
    return frozenset(by_print[row] for row in rows if row is not None)


def ticket() -> ColumnElement[bool]:
    """A row of tickets that is an archive of assistance, or whose words somebody still needs."""
    this = Ticket.id
    return or_(
        col(Ticket.household_id).is_not(None),
        exists().where(col(Application.ticket_id) == this),
        exists().where(col(Relief.ticket_id) == this),
        _held(),
        exists().where(col(Notice.ticket_id) == this, col(Notice.told_at).is_(None)),
        exists().where(col(Deliberation.ticket_id) == this, col(Deliberation.written_at).is_(None)),
        exists().where(col(Unsealing.ticket_id) == this, col(Unsealing.state) == Decision.ASKED),
        exists().where(col(ServiceRequest.ticket_id) == this),
        exists().where(col(CareCheck.ticket_id) == this, col(CareCheck.outcome).is_(None)),
        _goes_on(Whole, col(TicketPart.ticket_id) == this, col(TicketPart.parent_id) == Whole.id),
        _goes_on(Whole, col(TicketPart.parent_id) == this, col(TicketPart.ticket_id) == Whole.id),
        _goes_on(Whole, col(TicketMerger.ticket_id) == this, col(TicketMerger.into_id) == Whole.id),
    )


def reporter() -> ColumnElement[bool]:
    """A row of reporters that must still be known: the ticket goes on, is held, or is to be opened
    by two persons."""
    asked = exists().where(
        col(Unsealing.ticket_id) == Ticket.id, col(Unsealing.state) == Decision.ASKED
    )
    return exists().where(
        col(Ticket.id) == Reporter.ticket_id, or_(col(Ticket.ended).is_(False), _held(), asked)
    )


def attachment() -> ColumnElement[bool]:
    """A file of a conversation whose ticket goes on or is held."""
    return exists().where(
        col(Conversation.id) == Attachment.conversation_id,
        col(Ticket.resident_id) == Conversation.resident_id,
        or_(col(Ticket.ended).is_(False), _held()),
    )


def giving() -> ColumnElement[bool]:
    """The note of a giving whose ticket goes on."""
    return exists().where(col(Ticket.id) == Handover.ticket_id, col(Ticket.ended).is_(False))


def _held() -> ColumnElement[bool]:
    return exists().where(col(Hold.ticket_id) == Ticket.id, col(Hold.ended_at).is_(None))


def _goes_on(other: type[Ticket], *beside: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a ticket that belongs together with this one goes on, or is an archive."""
    applied = exists().where(col(Application.ticket_id) == other.id)
    kept = or_(col(other.ended).is_(False), col(other.household_id).is_not(None), applied)
    return exists().where(*beside, kept)
