"""A conversation with the pure handlers alone: no database, no clock, no channel."""

from dataclasses import replace

from cases.commands import Command, OpenTicket, QueueChat, SetRegion
from cases.dialogue.lookups import (
    Found,
    Lookup,
    NextVisit,
    NoVisit,
    OwnServices,
    ServicesPlanned,
)
from handlers import fallback, pressing, router, speech, triage
from handlers.desk import LOOKUPS_A_TURN
from handlers.dialogue import Dialogue
from handlers.turn import Outcome, Turn
from knowledge.library import Library
from knowledge.names import Region
from nlu.interpreter import InProcess
from tests.clock import Clock

NUMBER = "ZC-261123-000001"
# What a household of which nothing is kept is answered.
NOTHING_KEPT: dict[type, Found] = {NextVisit: NoVisit(), OwnServices: ServicesPlanned(())}


class Talk:
    """What is said changes what is remembered, as the desk would have it."""

    def __init__(
        self, engine: InProcess, library: Library, *, region: Region | None = Region.ZICHUAN
    ) -> None:
        self._engine, self._library = engine, library
        self.clock = Clock()
        self.region = region
        self.state = Dialogue()
        self.on_duty = True
        self.waiting = False
        self.found: Found | None = None
        self.asked: Lookup | None = None
        self.outcome = Outcome((), self.state)

    def turn(self, text: str) -> Turn:
        """The message as the handlers get it."""
        said = self._engine.read(text, now=self.clock.now)
        said = pressing.heard(triage.weigh(said), self.offered)
        turn = Turn(
            text=text,
            said=said,
            state=self.state,
            now=self.clock.now,
            region=self.region,
            someone_on_duty=self.on_duty,
            waiting=self.waiting,
        )
        return fallback.clarified(turn)

    @property
    def offered(self) -> list[str]:
        """The buttons under the answer as the resident reads them."""
        words = speech.chinese()
        choices = [c for reply in self.outcome.replies for c in reply.choices]
        return [c.label if c.own else words.say(c.label) for c in choices]

    def says(self, *texts: str) -> "Talk":
        """Say one thing after the other; the outcome is that of the last."""
        for text in texts:
            self._say(text)
        return self

    def _say(self, text: str) -> None:
        turn = self.turn(text)
        handler = router.choose(turn)
        decided = handler(turn, self._library)
        for _ in range(LOOKUPS_A_TURN):
            if isinstance(decided, Outcome):
                break
            self.asked = decided
            found = NOTHING_KEPT.get(type(decided), self.found)
            assert found is not None, f"{decided} was asked"
            decided = handler(replace(turn, found=found), self._library)
        assert isinstance(decided, Outcome)
        self.outcome, self.state = decided, decided.state
        for command in decided.commands:
            self._carry_out(command)

    def _carry_out(self, command: Command) -> None:
        match command:
            case OpenTicket():
                self.state = self.state.having(ticket=NUMBER)
            case QueueChat():
                self.waiting = True
            case SetRegion(region=region):
                self.region = region
            case _:
                pass

    @property
    def keys(self) -> list[str]:
        """The wording keys of the answer."""
        return [reply.key for reply in self.outcome.replies]

    @property
    def labels(self) -> list[str]:
        """The buttons under the answer."""
        return [choice.label for reply in self.outcome.replies for choice in reply.choices]

    def values(self, key: str) -> dict[str, object]:
        """The values that the reply of this key was given."""
        return next(dict(r.values) for r in self.outcome.replies if r.key == key)

    def did(self, kind: type[Command]) -> list[Command]:
        """The commands of this kind in the answer."""
        return [command for command in self.outcome.commands if isinstance(command, kind)]

    @property
    def ticket(self) -> OpenTicket:
        """The one ticket that the answer opened."""
        (opened,) = (c for c in self.outcome.commands if isinstance(c, OpenTicket))
        return opened
