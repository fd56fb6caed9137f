"""A resident who talks: `resident.says(...)`, `resident.hears(...)`."""

import uuid

from cases.database import Store
from cases.talk import conversations, messages
from cases.talk.messages import Line, Sender
from handlers.desk import Desk
from knowledge.names import Region
from tests.clock import Clock


class Resident:
    """Somebody in front of the chat; every word goes through the desk into the database."""

    def __init__(
        self, desk: Desk, store: Store, clock: Clock, region: Region | None = None
    ) -> None:
        self._desk = desk
        self._store = store
        self._clock = clock
        begun = desk.open(region=region, channel="web", now=clock.now)
        self.conversation_id = begun.conversation_id
        self.token = begun.token
        self.answers: list[Line] = []

    def says(self, text: str, client_id: str | None = None) -> "Resident":
        """Send a message and keep what came back."""
        came = self._desk.receive(
            self.conversation_id,
            external_id=client_id or uuid.uuid4().hex,
            text=text,
            now=self._clock.now,
        )
        with self._store.read() as session:
            conversation = conversations.find(session, self.conversation_id)
            lines = messages.of_inbound(session, conversation, came.inbound_id)
        self.answers = [line for line in lines if line.sender is not Sender.RESIDENT]
        return self

    def hears(self, *words: str) -> "Resident":
        """Each of these stands in the answer."""
        for word in words:
            assert word in self.heard, f"{word!r} is not in: {self.heard}"
        return self

    def hears_nothing_of(self, *words: str) -> "Resident":
        """None of these stands in the answer."""
        for word in words:
            assert word not in self.heard, f"{word!r} is in: {self.heard}"
        return self

    def is_offered(self, *labels: str) -> "Resident":
        """Each of these is a button under the answer."""
        offered = [choice.label for line in self.answers for choice in line.choices]
        for label in labels:
            assert label in offered, f"{label!r} is not among {offered}"
        return self

    @property
    def heard(self) -> str:
        """All that came back to the last message."""
        return "\n".join(line.text for line in self.answers)

    @property
    def everything(self) -> list[Line]:
        """The whole conversation."""
        with self._store.read() as session:
            conversation = conversations.find(session, self.conversation_id)
            return list(messages.since(session, conversation))

    @property
    def ticket_number(self) -> str:
        """The number of the last ticket that was named."""
        numbers = [line.ticket_number for line in self.everything if line.ticket_number]
        assert numbers, "No ticket was opened."
        return numbers[-1]
