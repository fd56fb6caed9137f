"""A picture, a recording or a paper that came without words: thanked for, and left to a person."""

from cases.commands import AddToTicket, Command
from cases.talk.attachments import FileKind
from handlers import handoff, interlude, speech
from handlers.greeting import MENU
from handlers.turn import Outcome, Reply, Turn
from knowledge.library import Library

ALONE = {
    FileKind.PHOTO: "attached.photo_alone",
    FileKind.VOICE: "attached.voice_alone",
    FileKind.DOCUMENT: "attached.document_alone",
}
# What is said to it, with nothing open and with a question open.
RECEIVED = {
    FileKind.PHOTO: ("attached.photo", "attached.photo_kept"),
    FileKind.DOCUMENT: ("attached.document", "attached.document_kept"),
}


def named(kind: FileKind) -> str:
    """What stands in the place of words where a file came alone."""
    return speech.chinese().say(ALONE[kind])


def came_alone(turn: Turn) -> bool:
    """Whether this message is a file and nothing else."""
    return _kind(turn) is not None


def receive(turn: Turn, library: Library) -> Outcome:
    """A recording needs an ear: a person is asked. The rest is kept, and words are asked for."""
    kind = _kind(turn)
    if kind is None or kind is FileKind.VOICE:
        return handoff.queue(turn, library, reason="voice", before=(Reply("attached.voice"),))
    noted: tuple[Command, ...] = ()
    if turn.state.ticket is not None:
        noted = (AddToTicket(turn.state.ticket, turn.text),)
    thanks, beside = RECEIVED[kind]
    again = interlude.back(turn, library)
    if again:
        return Outcome((Reply(beside), *again), turn.state, noted)
    return Outcome((Reply(thanks, choices=MENU),), turn.state.having(misses=0), noted)


def _kind(turn: Turn) -> FileKind | None:
    said = turn.text.strip()
    return next((kind for kind in FileKind if said == named(kind)), None)
