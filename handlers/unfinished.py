"""What becomes of a complaint or wish half told when something graver comes: it is filed."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from cases.commands import Command
from cases.dialogue.lookups import Lookup
from handlers import changes, complaint, handed_in, needs, refused, requests
from handlers.dialogue import (
    ChangeForm,
    ComplaintForm,
    HandedInForm,
    NeedsForm,
    RefusedForm,
    RefusedStep,
    RequestForm,
)
from handlers.turn import Outcome, Reply, TicketNumber, Turn
from knowledge.library import Library
from knowledge.names import Hazard

Handler: TypeAlias = Callable[[Turn, Library], Outcome | Lookup]


def file(turn: Turn, library: Library) -> tuple[Command, ...]:
    """The ticket of the open form, if anything was told in it."""
    match turn.state.form:
        case ComplaintForm(what=what) as form if what:
            return (complaint.opened(turn, library, form),)
        case RefusedForm(step=step) as form if step is not RefusedStep.WHAT:
            return (refused.opened(turn, library, form),)
        case HandedInForm(told=told) as form if told:
            return (handed_in.opened(turn, library, form),)
        case NeedsForm() as form if form.wish or form.answers:
            return (requests.opened(turn, library, needs.told_so_far(form, library)),)
        case RequestForm(told=told) as form if told:
            return (requests.opened(turn, library, form),)
        case ChangeForm(told=told) as form if told:
            return (changes.opened(turn, library, form),)
        case _:
            return ()


def before(handler: Handler) -> Handler:
    """A handler of something else, before which what was half told is filed and said so."""

    def leave(turn: Turn, library: Library) -> Outcome | Lookup:
        told = file(turn, library)
        decided = handler(replace(turn, state=turn.state.without_form()), library)
        if not told or not isinstance(decided, Outcome):
            return decided
        filed = Reply("handoff.filed", {"number": TicketNumber()})
        return replace(
            decided,
            replies=(filed, *decided.replies),
            commands=(*told, *decided.commands),
            state=decided.state.having(hazard=Hazard.NONE),
        )

    return leave
