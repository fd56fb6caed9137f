"""What becomes of a complaint or wish half told when something graver comes: it is filed."""

from cases.commands import Command
from handlers import complaint, refused, requests
from handlers.dialogue import ComplaintForm, RefusedForm, RequestForm
from handlers.turn import Turn
from knowledge.library import Library


def file(turn: Turn, library: Library) -> tuple[Command, ...]:
    """The ticket of the open form, if anything was told in it."""
    match turn.state.form:
        case ComplaintForm(what=what) as form if what:
            return (complaint.opened(turn, library, form),)
        case RefusedForm(what=what) as form if what:
            return (refused.opened(turn, library, form),)
        case RequestForm(told=told) as form if told:
            return (requests.opened(turn, library, form),)
        case _:
            return ()
