"""What a resident and their household's next visit have to do with each other in the chat."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from cases.channels import reminders
from cases.commands import AnswerVisit, VisitWord
from cases.database import Session
from cases.dialogue.lookups import NoVisit, OfferedHour, TakeVisitHour, VisitAhead, VisitHourGone
from cases.errors import CaseError
from cases.households import households, visit_answers, visit_plans, visit_slots, visits
from cases.households.visit_answers import Answer
from cases.households.visits import Visit, VisitState
from cases.talk.conversations import Conversation


def ahead(session: Session, conversation: Conversation, *, now: datetime) -> VisitAhead | NoVisit:
    """The next visit to the household that this conversation reaches, and the hours offered."""
    visit = _next(session, conversation, now=now)
    return NoVisit() if visit is None else _told(session, visit, now=now)


def take(
    session: Session, conversation: Conversation, wish: TakeVisitHour, *, now: datetime
) -> VisitAhead | VisitHourGone | NoVisit:
    """Move the visit into an offered hour, with all that belongs to it, or into none.

    Two who want the last place: the table gives it to one, the other is told what is left.
    """
    visit = _next(session, conversation, now=now)
    if visit is None or visit.id != wish.visit_id:
        return NoVisit()
    plan = visit_plans.of_visit(session, visit)
    slot = None if plan is None else visit_slots.of(session, plan.operator_id, wish.at)
    if plan is None or slot is None:
        return VisitHourGone(_hours(session, visit, now=now))
    owner, dues, notices = plan.operator_id, plan.dues.split(), visits.notices_of(session, visit)
    try:
        with session.begin_nested():
            visit_plans.free(session, visit)
            session.expunge(plan)
            visits.move(session, visit, wish.at, notices=notices, now=now)
            visit_plans.assign(session, visit, owner, dues=dues, capacity=slot.capacity)
    except CaseError:
        session.refresh(visit)
        return VisitHourGone(_hours(session, visit, now=now))
    visit_answers.note(session, visit, Answer.CONFIRMED, now=now)
    return _told(session, visit, now=now)


def answer(
    session: Session, conversation: Conversation, said: AnswerVisit, *, now: datetime
) -> None:
    """Keep what was said to a visit; where nobody should come, a person hears of it.

    The visit is called off and the date stays due: nothing is stopped because of it.
    """
    visit = _next(session, conversation, now=now)
    if visit is None or visit.id != said.visit_id:
        return
    visit_answers.note(session, visit, Answer(said.word), now=now)
    if said.word is VisitWord.CONFIRMED:
        reminders.cancel(session, kind=reminders.Kind.UNANSWERED, subject=visit.id)
        return
    if said.word is VisitWord.REFUSED:
        visit_plans.cancel(session, visit.id, now=now)
    reminders.list_now(session, subject=visit.id, zone=visit.zone, why=said.word, now=now)


def _next(session: Session, conversation: Conversation, *, now: datetime) -> Visit | None:
    household = households.reached_by(session, conversation.id)
    if household is None:
        return None
    return session.exec(
        select(Visit)
        .where(
            Visit.household_id == household.id,
            Visit.state == VisitState.PLANNED,
            Visit.at > now,
        )
        .order_by(col(Visit.at))
        .limit(1)
        .with_for_update()
    ).first()


def _told(session: Session, visit: Visit, *, now: datetime) -> VisitAhead:
    return VisitAhead(visit.id, visit.at, _hours(session, visit, now=now))


def _hours(session: Session, visit: Visit, *, now: datetime) -> tuple[OfferedHour, ...]:
    plan = visit_plans.of_visit(session, visit)
    if plan is None:
        return ()
    place = ZoneInfo(visit.zone)
    found = visit_slots.free(session, plan.operator_id, after=now)
    return tuple(
        OfferedHour(slot.at, slot.at.astimezone(place).replace(tzinfo=None).isoformat())
        for slot in found
        if slot.at != visit.at
    )
