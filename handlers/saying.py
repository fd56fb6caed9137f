"""How a reply becomes a line that the resident reads: its words, its sources, its lane."""

from dataclasses import dataclass
from datetime import datetime

from cases.database import Session
from cases.dialogue.checklists import Terms
from cases.dialogue.filing import Filed
from cases.talk import messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Choice, Cited, Lane, Line, Sender
from handlers.speech import Gave, Speech
from handlers.turn import Reply
from knowledge.citations import Citation


class EmptyAnswerError(RuntimeError):
    """A turn would leave the resident without a word: it ends like every other failure."""


@dataclass(frozen=True)
class Voice:
    """The bot's voice. `lists` says where a page that it links to stands."""

    speech: Speech
    lists: Terms

    def say(  # noqa: PLR0913
        self,
        session: Session,
        conversation: Conversation,
        reply: Reply,
        filed: Filed,
        inbound_id: str | None,
        *,
        now: datetime,
        epoch: int | None = None,
    ) -> None:
        """Say a reply with what was filed for it. Raises EmptyAnswerError, StaleEpochError."""
        link = "" if filed.checklist is None else self.lists.link(filed.checklist)
        page = f"{self.lists.address}/" if self.lists.address else ""
        copy = "" if filed.copy is None else self.lists.copy_link(filed.copy)
        gave = Gave(filed.ticket_number, filed.due, filed.position, link, page, copy)
        spoken = self.speech.render(reply, gave)
        if not spoken.text.strip():
            raise EmptyAnswerError(f"The wording of {reply.key!r} is empty; a person is asked.")
        line = Line(
            Sender.BOT,
            spoken.text,
            choices=tuple(Choice(label, value) for label, value in spoken.choices),
            select="many" if reply.many else "one",
            citations=tuple(_cited(citation) for citation in reply.citations),
            ticket_number=filed.ticket_number,
            urgent=reply.urgent,
            lane=Lane.EMERGENCY if reply.urgent else Lane.BOT,
        )
        messages.say(session, conversation, line, now=now, epoch=epoch, inbound_id=inbound_id)


def _cited(citation: Citation) -> Cited:
    return Cited(
        document=citation.document,
        clause=citation.clause,
        issued=None if citation.issued is None else citation.issued.isoformat(),
        region=citation.region,
        grade=citation.grade,
        in_force=citation.in_force,
        says=citation.text,
        clause_id=citation.clause_id,
        version=citation.version,
    )
