"""A helpline on one database with the people in it, and a clock that is moved by hand."""

from api import chats
from bot import schedule
from bot.helpline import Helpline
from cases import events, operators
from cases.database import Store
from cases.events import Kind
from cases.operators import Operator, Role
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Line
from knowledge.names import Region
from tests import factories
from tests.clock import Clock
from tests.resident import Resident


class House:
    """Who talks with whom; everything is kept by the real desk."""

    def __init__(self, helpline: Helpline, clock: Clock) -> None:
        self.helpline = helpline
        self.clock = clock

    @property
    def store(self) -> Store:
        """The database of this run."""
        return self.helpline.store

    def resident(self, region: Region | None = Region.ZICHUAN) -> Resident:
        """Somebody who has just opened the page."""
        return Resident(self.helpline.desk, self.store, self.clock, region)

    def operator(
        self, name: str = "Alice", *, role: Role = Role.OPERATOR, region: Region | None = None
    ) -> Operator:
        """Somebody at their desk."""
        with self.store.write() as session:
            return factories.an_operator(
                session, name, role=role, region=region, now=self.clock.now
            )

    def takes(self, who: Operator, resident: Resident) -> None:
        """Take a chat, as the console does."""
        with self.store.write() as session:
            chats.take(
                session,
                operators.find(session, who.id),
                resident.conversation_id,
                speech=self.helpline.speech,
                now=self.clock.now,
            )

    def replies(self, who: Operator, resident: Resident, text: str = "您请说") -> None:
        """Say something to the resident."""
        with self.store.write() as session:
            chat = chats.held(session, who, resident.conversation_id)
            chats.reply(session, who, chat, text, now=self.clock.now)

    def hands_back(self, who: Operator, resident: Resident) -> None:
        """Give the chat back to the bot."""
        with self.store.write() as session:
            chat = chats.held(session, who, resident.conversation_id)
            speech, now = self.helpline.speech, self.clock.now
            chats.hand_back(session, who, chat, speech=speech, now=now)

    def passes(self, who: Operator, resident: Resident, to: str, note: str = "") -> None:
        """Offer the chat to a colleague."""
        with self.store.write() as session:
            chat = chats.held(session, who, resident.conversation_id)
            speech, now = self.helpline.speech, self.clock.now
            chats.pass_to_person(session, who, chat, to, note=note, speech=speech, now=now)

    def later(self, *there: Operator, minutes: float) -> None:
        """Time passes, the clock of the house ticks, and these are still at their desks."""
        self.clock.advance(minutes=minutes)
        with self.store.write() as session:
            for one in there:
                operators.note_present(session, one.id, "", now=self.clock.now)
        schedule.return_abandoned(self.helpline, now=self.clock.now)
        schedule.keep_in_motion(self.helpline, now=self.clock.now)

    def chat(self, resident: Resident) -> Conversation:
        """The row of a conversation."""
        with self.store.read() as session:
            return conversations.find(session, resident.conversation_id)

    def said(self, resident: Resident) -> list[Line]:
        """All lines of a conversation."""
        with self.store.read() as session:
            return list(messages.since(session, self.chat(resident)))

    def modes(self, resident: Resident) -> list[str]:
        """Who was to answer, one after another, as every screen was told."""
        stream = events.conversation_stream(resident.conversation_id)
        with self.store.read() as session:
            changes = events.since(session, stream, 0)
        return [change.body["mode"] for change in changes if change.kind is Kind.MODE]

    def heard(self, resident: Resident, key: str) -> int:
        """How often the resident was told the sentence of a key that needs no value."""
        sentence = self.helpline.speech.say(key)
        return sum(line.text == sentence for line in self.said(resident))
