"""An emergency at half past eleven at night on a holiday: its hours run, and people are told."""

from datetime import datetime, timedelta

from sqlmodel import select

from bot import schedule
from bot.helpline import Helpline
from cases.operators import Role
from cases.tickets import nudges
from cases.tickets.nudges import Nudge
from cases.tickets.tickets import Ticket
from knowledge.names import Region
from knowledge.workdays import ZONE
from tests import factories
from tests.api.conftest import helpline, shelf

__all__ = ["helpline", "shelf"]

# The first evening of National Day; the office opens again eight days later.
NIGHT = datetime(2026, 10, 1, 23, 30, tzinfo=ZONE)


def _hungry(helpline: Helpline) -> Ticket:
    opened = helpline.desk.open(region=Region.ZICHUAN, channel="web", now=NIGHT)
    said = "家里没米了，孩子一天没吃饭"
    helpline.desk.receive(opened.conversation_id, external_id="1", text=said, now=NIGHT)
    with helpline.store.read() as session:
        return session.exec(select(Ticket)).one()


def test_its_twenty_four_hours_run_through_the_holiday(helpline: Helpline) -> None:
    ticket = _hungry(helpline)
    assert (ticket.priority, ticket.category) == ("P1", "emergency")
    assert ticket.respond_by == NIGHT + timedelta(hours=24)
    assert ticket.next_due == NIGHT + timedelta(hours=1)
    assert not ticket.provisional


def test_who_must_act_is_told_at_night(helpline: Helpline) -> None:
    with helpline.store.write() as session:
        sun = factories.an_operator(
            session, "Sun", role=Role.SUPERVISOR, region=Region.ZICHUAN, now=NIGHT
        )
    ticket = _hungry(helpline)
    for minutes in (1, 61):
        schedule.tell_late(helpline, now=NIGHT + timedelta(minutes=minutes))
    with helpline.store.read() as session:
        told = [one.addressee for one in nudges.of_ticket(session, ticket)]
        stages = session.exec(select(Nudge.stage)).all()
    assert told == [sun.id]
    assert stages == ["warning"]
