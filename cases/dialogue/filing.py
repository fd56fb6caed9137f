"""How a handler's commands become rows, and how its questions to the store are answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from sqlmodel import col, select

from cases import audit, throttles
from cases.care import care_answers, incidents
from cases.commands import (
    AddToTicket,
    AnswerCare,
    AnswerFollowUp,
    AnswerService,
    AnswerUnit,
    AnswerVisit,
    AskAboutService,
    Command,
    ForgetMe,
    KeepChecklist,
    KeepImpression,
    KeepMe,
    KeepQuestion,
    NoteChange,
    OfferCopy,
    OpenTicket,
    OpenTogether,
    QueueChat,
    RaiseAlert,
    SetRegion,
    SetTongue,
    WithdrawTicket,
)
from cases.danger import alerts
from cases.database import Session
from cases.desk import impressions, queues, routing
from cases.dialogue import (
    call_hours,
    checklists,
    copy_links,
    own_data,
    resident_steps,
    service_talk,
    statutory_days,
    visit_talk,
)
from cases.dialogue.lookups import (
    DataHeld,
    Found,
    FreeHours,
    Locked,
    Lookup,
    NextVisit,
    OwnServices,
    OwnTickets,
    PartStanding,
    StatutoryDay,
    TakeHour,
    TakeVisitHour,
    TicketByNumber,
    TicketsFound,
    TicketShut,
    TicketStanding,
)
from cases.editing import questions
from cases.households import early_changes, file_parts, households, tongues_at_home
from cases.households.file_bodies import Note, PartKind
from cases.households.file_parts import Draft
from cases.retention import wishes
from cases.talk import conversations
from cases.talk.conversations import Conversation
from cases.ticket_rules.lifecycle import NextActor, State
from cases.tickets import (
    deliberations,
    merging,
    notices,
    parts,
    proofs,
    sortings,
    tickets,
    told_needs,
    withdrawing,
)
from cases.tickets.tickets import Ticket
from knowledge.names import P0_HAZARDS, Matter, Region

MOST_TRIES = 5


@dataclass(frozen=True)
class Filed:
    """What filing gave: the ticket's number and clock, the place in line, the tokens of links."""

    ticket_number: str | None = None
    due: datetime | None = None
    position: int | None = None
    checklist: str | None = None
    copy: str | None = None


def carry_out(
    session: Session,
    conversation: Conversation,
    commands: Sequence[Command],
    *,
    now: datetime,
    kept: timedelta = checklists.KEPT_FOR,
) -> Filed:
    """Carry out the commands in order, in the caller's transaction. `kept`: how long a list is."""
    ticket: Ticket | None = None
    token: str | None = None
    for command in commands:
        match command:
            case OpenTicket() | OpenTogether():
                ticket = _open(session, conversation, command, now=now)
                care_answers.note_ticket(session, conversation, ticket, now=now)
            case KeepChecklist(checklist=made):
                token = checklists.keep(session, conversation, made, kept=kept, now=now)
            case AddToTicket() | AnswerUnit() | AnswerFollowUp() | WithdrawTicket():
                moved = resident_steps.take(session, conversation, command, now=now)
                ticket = moved or ticket
            case QueueChat():
                _queue(session, conversation, command, now=now)
            case RaiseAlert():
                _ring(session, conversation, command, ticket, now=now)
            case SetRegion() | SetTongue():
                _remember(session, conversation, command)
            case KeepImpression() | KeepQuestion() | ForgetMe() | KeepMe() | OfferCopy():
                _note(session, conversation, command, now=now)
            case AnswerService() | AskAboutService() | NoteChange() | AnswerVisit() | AnswerCare():
                _into_file(session, conversation, command, ticket, now=now)
            case _:
                assert_never(command)
    standing = queues.standing(session, conversation, now=now)
    return Filed(
        ticket_number=None if ticket is None else ticket.number,
        due=None if ticket is None else ticket.respond_by,
        position=None if standing is None else standing.position,
        checklist=token,
        copy=_copy_link(session, conversation, commands, now=now),
    )


def _open(
    session: Session,
    conversation: Conversation,
    command: OpenTicket | OpenTogether,
    *,
    now: datetime,
) -> Ticket:
    if isinstance(command, OpenTicket):
        ticket = tickets.open_for(session, conversation, command, now=now)
        _note_sorting(session, ticket, command, now=now)
        incidents.gather(session, ticket, command, now=now)
        told_needs.keep(session, conversation, ticket, command, now=now)
        return ticket
    whole = parts.open_together(session, conversation, command, now=now)
    _note_sorting(session, whole, command.parent, now=now)
    for part, draft in zip(parts.children_of(session, whole), command.parts, strict=True):
        _note_sorting(session, part, draft, now=now)
    return whole


def _note_sorting(session: Session, ticket: Ticket, draft: OpenTicket, *, now: datetime) -> None:
    """Why it was sorted so, and whom a law wants told of it."""
    sortings.keep(session, ticket, draft, now=now)
    notices.owe(session, ticket, draft.duties, now=now)
    if deliberations.wants_check(ticket):
        deliberations.check_above(session, ticket, now=now)


def _note(
    session: Session,
    conversation: Conversation,
    command: KeepImpression | KeepQuestion | ForgetMe | KeepMe | OfferCopy,
    *,
    now: datetime,
) -> None:
    match command:
        case KeepImpression():
            impressions.answer(session, conversation, command.score, now=now)
        case KeepQuestion():
            questions.keep(session, conversation, why=command.why, text=command.text, now=now)
        case ForgetMe():
            wishes.ask(session, conversation, now=now)
        case KeepMe():
            wishes.take_back(session, conversation, now=now)
        case OfferCopy():
            audit.record(session, wishes.RESIDENT, "asked for a copy", conversation.id, now=now)


def _copy_link(
    session: Session,
    conversation: Conversation,
    commands: Sequence[Command],
    *,
    now: datetime,
) -> str | None:
    asked = any(isinstance(one, OfferCopy) for one in commands)
    return copy_links.make(session, conversation, now=now) if asked else None


def _into_file(
    session: Session,
    conversation: Conversation,
    command: AnswerService | AskAboutService | NoteChange | AnswerVisit | AnswerCare,
    ticket: Ticket | None,
    *,
    now: datetime,
) -> None:
    """What the household's file keeps of it."""
    if isinstance(command, AnswerVisit):
        visit_talk.answer(session, conversation, command, now=now)
        return
    if isinstance(command, AnswerCare):
        care_answers.take(session, conversation, command.word, now=now)
        return
    if isinstance(command, AnswerService):
        service_talk.answer(session, conversation, command, now=now)
        return
    if isinstance(command, AskAboutService):
        service_talk.ask(session, conversation, command, ticket, now=now)
        return
    household = households.reached_by(session, conversation.id)
    if household is None:
        early_changes.keep(session, conversation, command, now=now)
    else:
        said = Note(text=command.text)
        told = Draft(PartKind.HAPPENING, said, code=command.what, first=command.on)
        file_parts.write(session, household, told, by=None, now=now)


def _queue(
    session: Session, conversation: Conversation, command: QueueChat, *, now: datetime
) -> None:
    if conversation.tongue is None:
        conversations.talk_in(session, conversation, tongues_at_home.of(session, conversation.id))
    queues.enqueue(
        session,
        conversation,
        reason=command.reason,
        priority=command.priority,
        matter=command.matter,
        now=now,
    )


def _remember(session: Session, conversation: Conversation, command: SetRegion | SetTongue) -> None:
    if isinstance(command, SetTongue):
        conversations.talk_in(session, conversation, command.tongue)
    else:
        conversations.settle(session, conversation, command.region)


def _ring(
    session: Session,
    conversation: Conversation,
    command: RaiseAlert,
    ticket: Ticket | None,
    *,
    now: datetime,
) -> None:
    if command.hazard in P0_HAZARDS:
        routing.in_danger(session, conversation, command.hazard, now=now)
    alerts.raise_for(
        session,
        conversation.id,
        command.hazard,
        region=conversation.region,
        ticket_id=None if ticket is None or ticket.sealed else ticket.id,
        now=now,
    )


def look_up(
    session: Session, conversation: Conversation, question: Lookup, *, now: datetime
) -> Found:
    """Answer a handler's question. A wrong proof is counted, in the caller's transaction."""
    match question:
        case TicketByNumber():
            return _by_number(session, conversation, question, now=now)
        case OwnTickets():
            return _own(session, conversation)
        case FreeHours():
            return call_hours.free(session, conversation, now=now)
        case TakeHour():
            return call_hours.take(session, conversation, question, now=now)
        case NextVisit():
            return visit_talk.ahead(session, conversation, now=now)
        case TakeVisitHour():
            return visit_talk.take(session, conversation, question, now=now)
        case OwnServices():
            return service_talk.planned(session, conversation, now=now)
        case StatutoryDay():
            return statutory_days.reckon(session, question)
        case DataHeld():
            return own_data.held(session, conversation)
        case _:
            assert_never(question)


def _by_number(
    session: Session, conversation: Conversation, asked: TicketByNumber, *, now: datetime
) -> Found:
    """The same steps for a number that exists and for one that does not: nobody learns which."""
    ticket = tickets.by_number(session, asked.number)
    own = ticket is not None and resident_steps.came_from(session, ticket, conversation)
    if ticket is not None and own and not tickets.only_by_secret(ticket):
        return _standing(session, ticket)
    tries = f"proof of {asked.number.upper()}"
    if asked.proof is None:
        tried = throttles.counted(session, tries, every=throttles.FOR_EVER, now=now)
        why = Locked.NEEDS_WORD if own else Locked.NEEDS_PHONE
        return TicketShut(asked.number, Locked.TOO_MANY_TRIES if tried >= MOST_TRIES else why)
    # Counted before it is compared: guesses that come at once cannot share one try.
    tried = throttles.count(session, tries, every=throttles.FOR_EVER, now=now)
    if ticket is not None and tried <= MOST_TRIES and _proves(session, ticket, asked.proof):
        throttles.forget(session, tries)
        return _standing(session, ticket)
    return TicketShut(asked.number, Locked.TOO_MANY_TRIES if tried >= MOST_TRIES else Locked.WRONG)


def _proves(session: Session, ticket: Ticket, proof: str) -> bool:
    word = proofs.of_secret(session, ticket.number, proof)
    if ticket.secret_index is not None and ticket.secret_index == word:
        return True
    phone = proofs.of_phone(session, ticket.number, proof)
    private = tickets.only_by_secret(ticket)
    return not private and phone is not None and ticket.phone_index == phone


def _own(session: Session, conversation: Conversation) -> TicketsFound:
    rows = session.exec(
        select(Ticket)
        .where(Ticket.conversation_id == conversation.id)
        .order_by(col(Ticket.opened_at).desc())
    )
    found = [ticket for ticket in rows if not tickets.only_by_secret(ticket)]
    # What went to many units is told once, under the parent's number.
    return TicketsFound(
        tuple(_standing(session, one) for one in found if parts.parent_of(session, one) is None)
    )


def _standing(session: Session, told: Ticket) -> TicketStanding:
    ticket = merging.survivor_of(session, told)
    private = tickets.only_by_secret(ticket)
    return TicketStanding(
        number=told.number,
        state=State(ticket.state),
        next_actor=NextActor(ticket.next_actor),
        next_due=ticket.next_due,
        unit=None if private else ticket.lead_unit,
        private=private,
        region=Region(ticket.region),
        parts=tuple(
            PartStanding(matter=Matter(part.matter), unit=part.lead_unit, state=State(part.state))
            for part in parts.children_of(session, ticket)
        ),
        withdrawable=withdrawing.may(told),
    )
