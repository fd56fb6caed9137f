"""Sending against calling off and moving, in any order, and what must hold whatever the order."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlmodel import func, select

from bot import reminding
from cases.channels import reminders
from cases.channels.reminders import Reminder
from cases.database import Store
from cases.errors import CaseError
from cases.households import households, visits
from cases.talk import conversations, messages
from cases.talk.messages import Message
from handlers import speech
from tests import factories

WORDS = speech.chinese()
BEGUN = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAY = timedelta(days=1)


class Step(StrEnum):
    """What may happen next."""

    CLAIM = "claim"
    SETTLE = "settle"
    CANCEL = "cancel"
    MOVE = "move"
    LATER = "later"
    JUMP_BACK = "jump_back"


class Race:
    """One household, one visit, one sender who holds what was claimed."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, BEGUN
        self.held: list[Reminder] = []
        self.wrong: list[str] = []
        with store.write() as session:
            self.household = factories.a_household(session, now=self.now)
            local = datetime(2026, 11, 26, 10)  # noqa: DTZ001
            self.visit_id = factories.a_visit(session, self.household, local, now=self.now).id

    def take(self, step: Step) -> None:
        """Let one thing happen."""
        match step:
            case Step.CLAIM:
                with self.store.write() as session:
                    mine = reminders.claim(session, now=self.now)
                    self.held += [one for one in mine if one.subject == self.visit_id]
            case Step.SETTLE if self.held:
                self._settle(self.held.pop(0))
            case Step.CANCEL:
                with self.store.write() as session:
                    visits.cancel(session, self.visit_id, now=self.now)
            case Step.MOVE:
                self._move()
            case Step.LATER:
                self.now += timedelta(hours=20)
            case Step.JUMP_BACK:
                self.now -= timedelta(hours=1)
            case _:
                pass

    def _settle(self, reminder: Reminder) -> None:
        before = self.said()
        with self.store.read() as session:
            visit = visits.find(session, self.visit_id)
        reminding.settle(self.store, WORDS, reminder, now=self.now)
        if self.said() == before:
            return
        if visit.state != visits.VisitState.PLANNED:
            self.wrong.append("reminded of a visit that was called off")
        if WORDS.when(visit.at) not in self.last():
            self.wrong.append("reminded of a time at which nobody comes")

    def _move(self) -> None:
        try:
            with self.store.write() as session:
                visit = visits.find(session, self.visit_id)
                visits.move(session, visit, visit.at + 2 * DAY, now=self.now)
        except CaseError:
            return

    def said(self) -> int:
        """How many reminders the household has got."""
        with self.store.read() as session:
            return session.exec(
                select(func.count())
                .select_from(Message)
                .where(Message.conversation_id == self.household.conversation_id)
            ).one()

    def last(self) -> str:
        """What was said last."""
        with self.store.read() as session:
            household = households.find(session, self.household.id)
            chat = conversations.find(session, household.conversation_id or "")
            return messages.since(session, chat)[-1].text

    def finish(self) -> list[str]:
        """What went wrong; a local date that was told of twice as well."""
        with self.store.read() as session:
            told = [
                one.local_date
                for one in reminders.of_subject(session, self.visit_id)
                if one.state == reminders.ReminderState.SENT
            ]
        if len(told) != len(set(told)) or self.said() > len(told):
            self.wrong.append("told twice of one date")
        return self.wrong


def run(store: Store, steps: Sequence[Step]) -> list[str]:
    """Go through a sequence; what went wrong."""
    race = Race(store)
    for step in steps:
        race.take(step)
    return race.finish()
