"""Which moves a ticket may make: every one in the table works, every other is refused."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import lifecycle
from cases.errors import MoveError
from cases.lifecycle import ENDED, MOVES, Move, NextActor, State

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


@given(walk=st.lists(st.sampled_from(Move), max_size=30))
def test_no_walk_leaves_merged_or_withdrawn(walk: list[Move]) -> None:
    state = State.RECEIVED
    for move in walk:
        before = state
        state = MOVES.get((state, move), state)
        assert before not in {State.MERGED, State.WITHDRAWN} or state is before


def test_a_closed_ticket_can_only_be_reopened() -> None:
    assert lifecycle.possible(State.CLOSED) == (Move.REOPEN,)


def test_only_the_hotline_refers() -> None:
    referring = {state for (state, move) in MOVES if move is Move.REFER}
    assert {lifecycle.next_actor(state) for state in referring} == {NextActor.HOTLINE}
