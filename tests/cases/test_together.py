"""Residents, operators, caseworkers at once: nobody waits for ever, no number is lost."""

import random
from contextlib import suppress

from cases import audit, events, soundness
from cases.channels import inbox
from cases.commands import AddToTicket, QueueChat, RaiseAlert
from cases.danger import alerts
from cases.database import Session, Store
from cases.desk import queues
from cases.dialogue import filing
from cases.dialogue.lookups import TicketByNumber
from cases.errors import CaseError
from cases.operators import Operator
from cases.talk import conversations, messages
from cases.talk.messages import Line, Sender
from cases.tickets import history, outcomes, tickets
from knowledge.names import Hazard, Priority
from tests import factories, threads
from tests.clock import Clock

NOW = Clock().now
TURNS = 12


def _resident(session: Session, dice: random.Random, chat_id: str, number: str) -> None:
    chat = conversations.find_for_update(session, chat_id)
    inbox.receive(session, chat, external_id=str(dice.random()), text="在吗", now=NOW)
    filing.look_up(session, chat, TicketByNumber(number, "1234"), now=NOW)
    asked = (AddToTicket(number, "三口人"), factories.A_MATTER, RaiseAlert(Hazard.VIOLENCE))
    filing.carry_out(session, chat, [*asked, QueueChat("asked", Priority.P0)], now=NOW)
    messages.say(session, chat, Line(Sender.BOT, "好"), now=NOW, epoch=chat.bot_epoch)


def _operator(session: Session, me: Operator, chat_id: str) -> None:
    chat = queues.take(session, chat_id, me, now=NOW)
    for alert in alerts.of_conversation(session, chat_id):
        alerts.acknowledge(session, alert.id, me.id, now=NOW)
    messages.say(session, chat, Line(Sender.OPERATOR, "我来"), now=NOW)
    queues.hand_back(session, chat, now=NOW)
    audit.record(session, me.id, "took chat", chat_id, now=NOW)


def _caseworker(session: Session, me: Operator, number: str) -> None:
    ticket = tickets.for_update(session, number)
    history.write(session, ticket, "remark", "催", actor=me.id, now=NOW)
    audit.record(session, me.id, "noted", ticket.id, now=NOW)
    outcomes.resolve(session, ticket, "办", told="办", actor=me.id, version=ticket.version, now=NOW)


def test_all_at_once_ends_with_every_number_in_its_place(store: Store) -> None:
    with store.write() as session:
        me = factories.an_operator(session, now=NOW)
        chats = [factories.a_conversation(session, now=NOW).id for _ in range(3)]
        numbers = [
            tickets.open_for(
                session, conversations.find(session, one), factories.A_MATTER, now=NOW
            ).number
            for one in chats
        ]

    def work(seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311
        for _ in range(TURNS):
            chat_id, number = dice.choice(chats), dice.choice(numbers)
            with suppress(CaseError), store.write() as session:
                match seed % 3:
                    case 0:
                        _resident(session, dice, chat_id, number)
                    case 1:
                        _operator(session, me, chat_id)
                    case _:
                        _caseworker(session, me, number)

    threads.at_once(work, range(6))
    with store.read() as session:
        seen = events.since(session, events.CONSOLE, 0, limit=10_000)
        assert [one.seq for one in seen] == list(range(1, len(seen) + 1))
        assert audit.verify(session) == []
    assert soundness.check(store) == []
