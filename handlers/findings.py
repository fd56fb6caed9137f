"""How the result of pre-screening is told: four groups, each line with its next step."""

from collections.abc import Sequence
from datetime import date

from handlers import speech
from handlers.turn import Choice, Reply
from knowledge import checklist, citations
from knowledge.checklist import Group
from knowledge.citations import Citation
from knowledge.library import Library
from knowledge.names import Programme
from knowledge.verdict import Verdict

PRINT = Choice("prescreen.button_print")
SEND = Choice("prescreen.button_send")
TOGETHER = Choice("prescreen.button_together")
FURTHER = Choice("prescreen.button_further")
SHOWN_AT_MOST = 6


def replies(verdicts: Sequence[Verdict], library: Library, *, on: date, wider: bool) -> list[Reply]:
    """A reply for each group that is not empty, and the line that it is no decision.

    `wider`: there is more to look at than what was asked about.
    """
    told = [
        Reply(
            f"prescreen.{group}",
            {"list": "\n".join(_line(group, verdict, library) for verdict in members)},
            citations=_citations(members, library, on),
        )
        for group, members in _grouped(verdicts).items()
        if members
    ]
    closing = (PRINT, SEND, TOGETHER, FURTHER) if wider else (PRINT, SEND, TOGETHER)
    last = Reply("prescreen.no_decision", choices=(*closing, Choice("menu.ask_human")))
    return [*told, last]


def _grouped(verdicts: Sequence[Verdict]) -> dict[Group, list[Verdict]]:
    groups: dict[Group, list[Verdict]] = {group: [] for group in Group}
    for verdict in verdicts:
        groups[checklist.group_of(verdict)].append(verdict)
    return {group: members[:SHOWN_AT_MOST] for group, members in groups.items()}


def _line(group: Group, verdict: Verdict, library: Library) -> str:
    words = speech.chinese()
    line = words.say(
        f"prescreen.line_{group}",
        {
            "name": library.label(verdict.programme),
            "where": verdict.where or words.say("prescreen.window"),
            "bring": "、".join(verdict.documents) or words.say("prescreen.window_tells"),
            "amount": verdict.amount or words.say("prescreen.local_amount"),
            "failed": verdict.failed[0].says if verdict.failed else "",
            "check": verdict.check or "",
        },
    )
    if group is Group.MORE or not verdict.notes:
        return line
    return words.say("prescreen.line_note", {"line": line, "note": verdict.notes[0]})


def _citations(verdicts: Sequence[Verdict], library: Library, on: date) -> tuple[Citation, ...]:
    wanted = {
        (result.document_id, result.clause, verdict.programme)
        for verdict in verdicts
        for result in verdict.clauses
        if result.value is not None or verdict.waits_for_standard
    }
    found = (_clause_id(library, *one) for one in sorted(wanted))
    return citations.cite(library, (one for one in found if one is not None), on)


def _clause_id(library: Library, document: str, number: str, programme: Programme) -> str | None:
    same = [c for c in library.documents[document].clauses if c.number == number]
    about = [c for c in same if programme in c.programmes]
    return next((clause.id for clause in (*about, *same)), None)
