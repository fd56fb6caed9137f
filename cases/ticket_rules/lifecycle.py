"""Which states a ticket may move between, and who must act next in each."""

from enum import StrEnum

from cases.errors import MoveError


class State(StrEnum):
    """Where a ticket stands (service.md, tickets and clocks)."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    IN_HAND = "in_hand"
    WAITING_FOR_RESIDENT = "waiting_for_resident"
    HEARD = "heard"
    JOINT = "joint"
    RESOLVED = "resolved"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    SENT_BACK = "sent_back"
    REOPENED = "reopened"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What can be done to a ticket."""

    TRIAGE = "triage"
    REFER = "refer"
    ACCEPT = "accept"
    START = "start"
    ASK_RESIDENT = "ask_resident"
    HEAR = "hear"
    JOIN = "join"
    CONTINUE = "continue"
    SEND_BACK = "send_back"
    RESOLVE = "resolve"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    WITHDRAW = "withdraw"


class NextActor(StrEnum):
    """Whose turn it is."""

    HOTLINE = "hotline"
    UNIT = "unit"
    RESIDENT = "resident"
    NOBODY = "nobody"


S, M = State, Move
_WORKING = (S.ACCEPTED, S.IN_HAND, S.WAITING_FOR_RESIDENT, S.HEARD, S.JOINT)
_WITH_HOTLINE = (S.RECEIVED, S.TRIAGED, S.SENT_BACK, S.REOPENED)
_OPEN = (*_WITH_HOTLINE, S.REFERRED, *_WORKING)
_ENDS = (S.CLOSED, S.MERGED, S.WITHDRAWN)

MOVES: dict[tuple[State, Move], State] = {
    (S.RECEIVED, M.TRIAGE): S.TRIAGED,
    **{(state, M.REFER): S.REFERRED for state in _WITH_HOTLINE},
    (S.REFERRED, M.ACCEPT): S.ACCEPTED,
    (S.REFERRED, M.SEND_BACK): S.SENT_BACK,
    (S.ACCEPTED, M.SEND_BACK): S.SENT_BACK,
    (S.ACCEPTED, M.START): S.IN_HAND,
    **{(state, M.ASK_RESIDENT): S.WAITING_FOR_RESIDENT for state in (S.ACCEPTED, S.IN_HAND)},
    **{(state, M.HEAR): S.HEARD for state in (S.ACCEPTED, S.IN_HAND)},
    **{(state, M.JOIN): S.JOINT for state in (S.ACCEPTED, S.IN_HAND)},
    **{(s, M.CONTINUE): S.IN_HAND for s in (S.WAITING_FOR_RESIDENT, S.HEARD, S.JOINT)},
    **{(state, M.RESOLVE): S.RESOLVED for state in (*_WITH_HOTLINE, *_WORKING)},
    (S.RESOLVED, M.FOLLOW_UP): S.FOLLOW_UP,
    **{(state, M.CLOSE): S.CLOSED for state in (S.RESOLVED, S.FOLLOW_UP)},
    **{(state, M.REOPEN): S.REOPENED for state in (S.RESOLVED, S.FOLLOW_UP, *_ENDS)},
    **{(state, M.MERGE): S.MERGED for state in _OPEN},
    **{(state, M.WITHDRAW): S.WITHDRAWN for state in _OPEN},
}

ENDED = frozenset(_ENDS)

_TURN: dict[State, NextActor] = {
    S.REFERRED: NextActor.UNIT,
    S.ACCEPTED: NextActor.UNIT,
    S.IN_HAND: NextActor.UNIT,
    S.HEARD: NextActor.UNIT,
    S.JOINT: NextActor.UNIT,
    S.WAITING_FOR_RESIDENT: NextActor.RESIDENT,
    S.CLOSED: NextActor.NOBODY,
    S.MERGED: NextActor.NOBODY,
    S.WITHDRAWN: NextActor.NOBODY,
}


def after(state: State, move: Move) -> State:
    """The state a move leads to. Raises MoveError when it is not allowed from here."""
    target = MOVES.get((state, move))
    if target is None:
        raise MoveError(f"A ticket that is {state} cannot {move}; reload it to see what it can do.")
    return target


def possible(state: State) -> tuple[Move, ...]:
    """What can be done from this state, in the order of `Move`."""
    return tuple(move for move in Move if (state, move) in MOVES)


def next_actor(state: State) -> NextActor:
    """Who must act while a ticket is in this state."""
    return _TURN.get(state, NextActor.HOTLINE)
