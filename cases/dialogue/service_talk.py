"""What a resident and the services of their household have to do with each other in the chat."""

from datetime import datetime
from zoneinfo import ZoneInfo

from cases.commands import AnswerService, AskAboutService
from cases.database import Session
from cases.dialogue import visit_talk
from cases.dialogue.lookups import PlannedService, ServicesPlanned, VisitAhead
from cases.errors import MoveError, StaleError, UnknownError
from cases.household_rules.plan_steps import ItemState, PlanMove
from cases.households import households, service_items, service_records
from cases.households.households import Household
from cases.households.service_items import Opened
from cases.talk.conversations import Conversation
from cases.tickets import tickets
from cases.tickets.tickets import Ticket

LOCAL = ZoneInfo("Asia/Shanghai")
TOLD = (ItemState.PROPOSED, ItemState.AGREED)


def planned(session: Session, conversation: Conversation, *, now: datetime) -> ServicesPlanned:
    """The services that this conversation may speak about, those that wait for a word first."""
    household = households.reached_by(session, conversation.id)
    if household is None:
        return ServicesPlanned(())
    found = [_told(one) for one in _open(session, household)]
    ahead = visit_talk.ahead(session, conversation, now=now)
    in_order = sorted(found, key=lambda one: not one.offered)
    return ServicesPlanned(tuple(in_order), visit_ahead=isinstance(ahead, VisitAhead))


def answer(
    session: Session, conversation: Conversation, said: AnswerService, *, now: datetime
) -> None:
    """Take a yes or no to an offer. What a person has settled meanwhile stays as it is."""
    household = households.reached_by(session, conversation.id)
    if household is None:
        return
    move = PlanMove.AGREE if said.agreed else PlanMove.DECLINE
    today = now.astimezone(LOCAL).date()
    try:
        item = service_items.find(session, household, said.item_id)
        service_items.answer(session, household, item, move, by=None, today=today, now=now)
    except (MoveError, StaleError, UnknownError):
        return


def ask(
    session: Session,
    conversation: Conversation,
    wish: AskAboutService,
    ticket: Ticket | None,
    *,
    now: datetime,
) -> None:
    """Put a wish into the household's plan beside its ticket; no service is touched."""
    household = households.reached_by(session, conversation.id)
    if household is None:
        return
    item = None
    if wish.item_id is not None:
        item = service_items.find(session, household, wish.item_id)
    if ticket is not None:
        tickets.file_under(session, ticket, household.id, now=now)
    number = None if ticket is None else ticket.id
    service_records.ask(session, household, item, wish.wish, wish.text, ticket_id=number, now=now)


def _open(session: Session, household: Household) -> list[Opened]:
    found = service_items.of_household(session, household)
    return [one for one in found if one.row.state in TOLD]


def _told(one: Opened) -> PlannedService:
    offered = one.row.state == ItemState.PROPOSED
    return PlannedService(one.row.id, one.row.service_id, one.body.name, one.body.whom, offered)
