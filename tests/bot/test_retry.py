"""What becomes of a message that did not leave."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import retry
from bot.channels import NotSentError, RefusedError, UnprovenError
from bot.retry import Again, GiveUp, Unproven
from cases.channels.outbox import Why
from cases.talk.messages import Lane

BORN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def _decide(error: Exception, lane: Lane, *, attempts: int = 1, age: float = 0) -> retry.Decision:
    now = BORN + timedelta(seconds=age)
    assert isinstance(error, NotSentError | RefusedError | UnprovenError)
    return retry.decide(error, lane=lane, attempts=attempts, created_at=BORN, now=now)


@pytest.mark.parametrize("lane", list(Lane))
def test_what_the_channel_refuses_goes_to_a_person(lane: Lane) -> None:
    assert _decide(RefusedError("no"), lane) == GiveUp(Why.REFUSED)
    assert _decide(RefusedError("no", blocked=True), lane) == GiveUp(Why.SHUT)


@pytest.mark.parametrize("lane", list(Lane))
def test_what_may_have_left_is_not_decided_by_hope(lane: Lane) -> None:
    assert _decide(UnprovenError("?"), lane) == Unproven()


def test_a_reminder_that_cannot_leave_is_with_a_person_within_a_minute() -> None:
    decision = _decide(NotSentError("down"), Lane.REMINDER, attempts=7, age=45)
    assert decision == GiveUp(Why.TOO_LATE)


@given(attempts=st.integers(1, 500), age=st.floats(0, 10**6))
def test_an_emergency_is_never_given_up_and_never_waits_long(attempts: int, age: float) -> None:
    decision = _decide(NotSentError("down"), Lane.EMERGENCY, attempts=attempts, age=age)
    assert isinstance(decision, Again)
    assert decision.at - BORN - timedelta(seconds=age) <= retry.LONGEST_WAIT


@given(attempts=st.integers(1, 500), asked=st.integers(0, 3600))
def test_the_wait_that_the_channel_asks_for_is_kept(attempts: int, asked: int) -> None:
    error = NotSentError("slow down", timedelta(seconds=asked))
    decision = _decide(error, Lane.BOT, attempts=attempts)
    assert isinstance(decision, Again)
    assert decision.at >= BORN + timedelta(seconds=asked)
