"""Rows with the fewest words. Alice owns it, Bob is a colleague, Charlie a stranger."""

from datetime import datetime

from cases import keys, operators
from cases.commands import OpenTicket
from cases.danger import rescues
from cases.danger.rescues import Passed, Service, Subject
from cases.database import Session
from cases.desk import queues
from cases.households import households, visits
from cases.households.households import Household
from cases.households.visits import Visit
from cases.operators import Operator, Role
from cases.talk import conversations
from cases.talk.conversations import Conversation
from cases.tickets import tickets
from cases.tickets.tickets import Ticket
from knowledge.names import Category, Hazard, Matter, Priority, Region


def an_operator(  # noqa: PLR0913
    session: Session,
    name: str = "Alice",
    *,
    role: Role = Role.OPERATOR,
    region: Region | None = None,
    unit: str | None = None,
    now: datetime,
) -> Operator:
    """A staff account that is present on its console."""
    operator = operators.add(
        session, name, role=role, password_hash="none", region=region, unit=unit, now=now
    )
    operator.present_at = now
    session.add(operator)
    session.flush()
    return operator


def a_conversation(
    session: Session, *, region: Region | None = Region.ZICHUAN, now: datetime
) -> Conversation:
    """A conversation with somebody unknown."""
    return conversations.open_new(session, region=region, channel="web", now=now).conversation


A_MATTER = OpenTicket(
    category=Category.COMPLAINT,
    priority=Priority.P2,
    hazard=Hazard.NONE,
    matter=Matter.BASIC,
    region=Region.ZICHUAN,
    prefix="ZC",
    narrative="村里不给我报低保",
    lead_unit="区民政局",
)
"""A matter to be filed; `dataclasses.replace` it for what a test is about."""


def a_ticket(session: Session, draft: OpenTicket = A_MATTER, *, now: datetime) -> Ticket:
    """A ticket from a conversation of its own."""
    chat = a_conversation(session, region=draft.region, now=now)
    return tickets.open_for(session, chat, draft, now=now)


def a_waiting_chat(
    session: Session, priority: Priority = Priority.P2, *, now: datetime
) -> Conversation:
    """A conversation whose resident asked for a person."""
    chat = a_conversation(session, now=now)
    queues.enqueue(session, chat, reason="asked", priority=priority, matter=None, now=now)
    return chat


def a_household(session: Session, *, reached: bool = True, now: datetime) -> Household:
    """A household's file, opened by somebody of its own; `reached` by a conversation or not."""
    chat = a_conversation(session, now=now) if reached else None
    planner = an_operator(session, f"planner {keys.new_id()}", now=now)
    return households.open_file(
        session,
        name="王桂兰",
        address="淄川区洪山镇",
        region=Region.ZICHUAN,
        conversation_id=None if chat is None else chat.id,
        created_by=planner.id,
        now=now,
    )


def a_visit(  # noqa: PLR0913
    session: Session,
    household: Household,
    local: datetime,
    *,
    remind_at: datetime | None = None,
    zone: str = "Asia/Shanghai",
    now: datetime,
) -> Visit:
    """A visit promised at a local wall time."""
    return visits.plan(
        session,
        household,
        local=local,
        zone=zone,
        purpose="半年复核",
        remind_at=remind_at,
        planned_by=household.created_by,
        now=now,
    )


def a_card(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """What was done about the danger of a ticket, written down."""
    writer = an_operator(session, f"rescuer {keys.new_id()}", now=now)
    subject = Subject(ticket.conversation_id, ticket.id, ticket.key_id)
    passed = Passed(Service.POLICE, now, "洪山镇 3 号楼", "接警员 07")
    rescues.record(session, subject, passed, by=writer.id, now=now)
