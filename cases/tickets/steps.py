"""Which moves an account may make with a ticket, and which of them is the obvious next one."""

from collections.abc import Sequence

from cases import permissions
from cases.operators import Operator
from cases.permissions import Action
from cases.ticket_rules import lifecycle
from cases.ticket_rules.lifecycle import Move, State
from cases.tickets import worklists
from cases.tickets.tickets import Ticket

# What usually comes next in each state; everything else stands behind it.
OBVIOUS: dict[State, tuple[Move, ...]] = {
    State.RECEIVED: (Move.REFER, Move.RESOLVE),
    State.TRIAGED: (Move.REFER, Move.RESOLVE),
    State.SENT_BACK: (Move.REFER,),
    State.REOPENED: (Move.REFER, Move.RESOLVE),
    State.REFERRED: (Move.ACCEPT,),
    State.ACCEPTED: (Move.START,),
    State.IN_HAND: (Move.RESOLVE,),
    State.WAITING_FOR_RESIDENT: (Move.CONTINUE,),
    State.HEARD: (Move.CONTINUE,),
    State.JOINT: (Move.CONTINUE,),
    State.RESOLVED: (Move.FOLLOW_UP,),
    State.FOLLOW_UP: (Move.CLOSE,),
}
# What was unsatisfying once is a supervisor's to take up again.
TAKES_UP = frozenset({Move.REFER, Move.RESOLVE, Move.TRIAGE})


def leave_for(move: Move, ticket: Ticket) -> Action:
    """Which leave a move needs. No unit closes or takes back what it was asked to do."""
    if ticket.escalated and ticket.state == State.REOPENED and move in TAKES_UP:
        return Action.OVERSEE_TICKET
    match move:
        case Move.TRIAGE | Move.REFER | Move.MERGE | Move.WITHDRAW | Move.REOPEN:
            return Action.REFER_TICKET
        case Move.CLOSE:
            return Action.OVERSEE_TICKET
        case Move.RESOLVE:
            return Action.CLOSE_TICKET
        case Move.FOLLOW_UP:
            return Action.ASK_ABOUT_RESULT
        case _:
            return Action.WORK_TICKET


def possible(operator: Operator, ticket: Ticket) -> Sequence[Move]:
    """What this account may do to this ticket now: the obvious step first, then as in `Move`."""
    row, state = worklists.row_of(ticket), State(ticket.state)
    may = [
        move
        for move in lifecycle.possible(state)
        if permissions.may(operator, leave_for(move, ticket), row)
    ]
    first = obvious(may, state)
    return may if first is None else [first, *(move for move in may if move is not first)]


def obvious(moves: Sequence[Move], state: State) -> Move | None:
    """The one that is made the biggest button; None when nothing is to be done here."""
    return next((move for move in OBVIOUS.get(state, ()) if move in moves), None)
