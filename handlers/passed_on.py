"""What is filed for a case that another system hands in: a ticket, and a person for danger."""

from cases.commands import Command, QueueChat, RaiseAlert
from handlers import triage
from knowledge.library import Library
from knowledge.names import Priority, Region
from nlu.understanding import Understanding


def commands(
    said: Understanding, library: Library, *, region: Region | None, phone: str | None
) -> tuple[Command, ...]:
    """The ticket; for what is urgent also the line, for danger to life the ringing."""
    place = region or said.region
    decided = triage.decide(said, library, region=place)
    opened = triage.ticket(
        decided,
        library,
        region=place or Region.NATIONAL,
        narrative=said.text,
        said=said,
        phone=phone,
    )
    queued = QueueChat(reason=decided.hazard, priority=decided.priority)
    match decided.priority:
        case Priority.P0:
            return (opened, RaiseAlert(decided.hazard), queued)
        case Priority.P1:
            return (opened, queued)
        case _:
            return (opened,)
