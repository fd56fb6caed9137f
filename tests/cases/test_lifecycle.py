"""Which moves a ticket may make: every one in the table works, every other is refused."""

import itertools

import pytest

from cases.errors import MoveError
from cases.ticket_rules import lifecycle
from cases.ticket_rules.lifecycle import ENDED, MOVES, Move, NextActor, State

EVERY = list(itertools.product(State, Move))


@pytest.mark.parametrize(("state", "move"), EVERY)
def test_a_move_is_in_the_table_or_refused(state: State, move: Move) -> None:
    if (state, move) in MOVES:
        assert lifecycle.after(state, move) is MOVES[state, move]
    else:
        with pytest.raises(MoveError):
            lifecycle.after(state, move)


@pytest.mark.parametrize("state", State)
def test_what_is_possible_is_what_works(state: State) -> None:
    assert set(lifecycle.possible(state)) == {move for (of, move) in MOVES if of is state}


@pytest.mark.parametrize("state", State)
def test_nobody_is_next_only_when_it_has_ended(state: State) -> None:
    assert (lifecycle.next_actor(state) is NextActor.NOBODY) == (state in ENDED)


@pytest.mark.parametrize("state", [state for state in State if state not in ENDED])
def test_from_every_open_state_there_is_a_way_on(state: State) -> None:
    assert lifecycle.possible(state)


def _reachable(start: State) -> set[State]:
    seen, ahead = {start}, [start]
    while ahead:
        state = ahead.pop()
        new = {MOVES[state, move] for move in lifecycle.possible(state)} - seen
        seen |= new
        ahead += new
    return seen


def test_every_state_is_reached_from_the_first() -> None:
    assert _reachable(State.RECEIVED) == set(State)


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_left_and_closed_in_the_end(state: State) -> None:
    assert lifecycle.possible(state)
    assert State.CLOSED in _reachable(state)


@pytest.mark.parametrize("state", sorted(ENDED))
def test_what_has_ended_can_only_be_reopened(state: State) -> None:
    assert lifecycle.possible(state) == (Move.REOPEN,)


def test_only_the_hotline_refers() -> None:
    referring = {state for (state, move) in MOVES if move is Move.REFER}
    assert {lifecycle.next_actor(state) for state in referring} == {NextActor.HOTLINE}
