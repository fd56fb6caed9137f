"""Which steps a service of a person's plan may take, who takes them, and by which clause."""

from enum import StrEnum

from cases.errors import MoveError


class ItemState(StrEnum):
    """Where one service of a plan stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    STOPPED = "stopped"


class PlanMove(StrEnum):
    """What can be done to one service of a plan."""

    OFFER = "offer"
    AGREE = "agree"
    DECLINE = "decline"
    DELIVER = "deliver"
    ASK_OPINION = "ask_opinion"
    CHANGE = "change"
    REFER = "refer"
    STOP = "stop"


class PlanActor(StrEnum):
    """Whose turn it is."""

    RESIDENT = "resident"
    PROVIDER = "provider"
    CASEWORKER = "caseworker"
    NOBODY = "nobody"


class Wish(StrEnum):
    """What is asked of a running service; a person carries it out."""

    STOP = "stop"
    TIME = "time"
    CHANGE = "change"
    UNHAPPY = "unhappy"


S, M = ItemState, PlanMove

MOVES: dict[tuple[ItemState, PlanMove], ItemState] = {
    (S.PROPOSED, M.AGREE): S.AGREED,
    (S.PROPOSED, M.DECLINE): S.DECLINED,
    (S.AGREED, M.DELIVER): S.AGREED,
    (S.AGREED, M.ASK_OPINION): S.AGREED,
    (S.STOPPED, M.ASK_OPINION): S.STOPPED,
    (S.AGREED, M.CHANGE): S.AGREED,
    (S.AGREED, M.REFER): S.AGREED,
    (S.AGREED, M.STOP): S.STOPPED,
    **{(state, M.OFFER): S.PROPOSED for state in (S.DECLINED, S.STOPPED)},
}

# A word in the chat says yes or no to an offer. Nothing that runs is ended by it.
BY_RESIDENT = frozenset({M.AGREE, M.DECLINE})

CLAUSES: dict[PlanMove, str] = {
    M.OFFER: "fengze-2024-4-5-confirm",
    M.AGREE: "fengze-2024-4-5-confirm",
    M.DECLINE: "fengze-2024-4-5-confirm",
    M.DELIVER: "fengze-2024-4-8-file",
    M.ASK_OPINION: "fengze-2024-4-8-followup",
    M.CHANGE: "fengze-2024-4-5-confirm",
    M.REFER: "fengze-2024-4-5-referral",
    M.STOP: "shehuijiuzhu-law-2026-48",
}
ASSESSED_BY = ("fengze-2024-4-2-1-dims-a", "fengze-2024-4-2-1-dims-b", "fengze-2024-4-2-1-grades")
WHO_PAYS = "fengze-2024-4-4-two"


def after(state: ItemState, move: PlanMove) -> ItemState:
    """Where a move leads. Raises MoveError when it is not allowed from here."""
    target = MOVES.get((state, move))
    if target is None:
        raise MoveError(f"A service that is {state} cannot {move}; look at the plan again.")
    return target


def possible(state: ItemState) -> tuple[PlanMove, ...]:
    """What can be done from this state, in the order of `PlanMove`."""
    return tuple(move for move in PlanMove if (state, move) in MOVES)


def next_actor(state: ItemState, *, asked: bool) -> PlanActor:
    """Who must act. `asked`: a wish about this service is still open, so a person is next."""
    if asked:
        return PlanActor.CASEWORKER
    match state:
        case ItemState.PROPOSED:
            return PlanActor.RESIDENT
        case ItemState.AGREED:
            return PlanActor.PROVIDER
        case ItemState.DECLINED | ItemState.STOPPED:
            return PlanActor.NOBODY
