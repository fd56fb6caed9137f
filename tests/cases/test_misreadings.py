"""What was misread waits for an editor, is forgotten with the resident, and becomes a model."""

from datetime import timedelta

import pytest

from cases import keys, residents
from cases.channels import inbox
from cases.database import Session, Store
from cases.editing import misreadings, models
from cases.editing.misreadings import Reading, Why
from cases.editing.models import TRAINING_LEASE, ModelState, TrainedModel
from cases.errors import CaseError, ForbiddenError, StaleError
from cases.talk.conversations import Conversation
from tests import factories
from tests.clock import Clock

READING = Reading(Why.UNSURE, "[姓名]说的那个咋弄", "ask_policy", 0.31, other="ask_progress")


def _said(session: Session, clock: Clock) -> tuple[Conversation, str]:
    chat = factories.a_conversation(session, now=clock.now)
    row = inbox.receive(session, chat, external_id="1", text="那个咋弄", now=clock.now)
    inbox.mark_answered(session, row, now=clock.now)
    return chat, row.id


def _a_model(session: Session, clock: Clock, by: str) -> TrainedModel:
    models.ask_for(session, by=by, now=clock.now)
    row = models.claim(session, now=clock.now)
    assert row is not None
    models.finish(
        session, row.id, claim=row.claimed_until, archive=b"zip", report={}, now=clock.now
    )
    return row


def test_a_misreading_waits_until_it_is_settled(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat, inbound = _said(session, clock)
        assert misreadings.keep(session, chat, inbound, READING, now=clock.now)
        (row,) = misreadings.waiting(session)
        assert misreadings.text_of(session, row) == "[姓名]说的那个咋弄"
        misreadings.settle(session, row, by="Alice", now=clock.now)
        assert misreadings.waiting(session) == []


def test_the_same_message_stands_on_the_list_once_a_reason(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat, inbound = _said(session, clock)
        assert misreadings.keep(session, chat, inbound, READING, now=clock.now)
        assert not misreadings.keep(session, chat, inbound, READING, now=clock.now)


def test_the_words_are_sealed_and_forgotten_with_the_resident(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat, inbound = _said(session, clock)
        misreadings.keep(session, chat, inbound, READING, now=clock.now)
        (row,) = misreadings.waiting(session)
        assert "那个" not in row.sealed_text.decode("utf-8", "replace")
        keys.destroy(session, residents.key_of(session, chat.resident_id), now=clock.now)
        assert misreadings.text_of(session, row) is None
        assert misreadings.lately_answered(session, since=clock.now - timedelta(1), limit=9) == []


def test_only_what_was_answered_lately_is_looked_at(store: Store, clock: Clock) -> None:
    with store.write() as session:
        _, inbound = _said(session, clock)
        since = clock.now - timedelta(seconds=5)
        (found,) = misreadings.lately_answered(session, since=since, limit=9)
        assert (found.inbound_id, found.text) == (inbound, "那个咋弄")
        assert misreadings.lately_answered(session, since=clock.now, limit=9) == []


def test_a_lesson_is_kept_once_and_can_be_withdrawn(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now).id
        first = misreadings.teach(session, "咋弄低保", "ask_policy", by=alice, now=clock.now)
        again = misreadings.teach(session, "咋弄低保", "affirm", by=alice, now=clock.now)
        assert (again.id, again.intent) == (first.id, "affirm")
        misreadings.withdraw(session, first.id, now=clock.now)
        assert misreadings.lessons(session) == []


def test_one_model_trains_at_a_time(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now).id
        models.ask_for(session, by=alice, now=clock.now)
        with pytest.raises(CaseError):
            models.ask_for(session, by=alice, now=clock.now)


def test_a_dead_trainer_is_replaced_and_cannot_finish_later(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice = factories.an_operator(session, now=clock.now).id
        models.ask_for(session, by=alice, now=clock.now)
        row = models.claim(session, now=clock.now)
        assert row is not None
        dead = row.claimed_until
        assert models.claim(session, now=clock.now) is None
        assert models.claim(session, now=clock.now + TRAINING_LEASE) is not None
        with pytest.raises(StaleError):
            models.fail(session, row.id, claim=dead, now=clock.now)
        assert row.state == ModelState.TRAINING


def test_who_asked_for_a_model_does_not_publish_it(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice, bob = (factories.an_operator(session, name, now=clock.now).id for name in "AB")
        model = _a_model(session, clock, alice)
        with pytest.raises(ForbiddenError):
            models.publish(session, model.id, by=alice, now=clock.now)
        models.publish(session, model.id, by=bob, now=clock.now)
        serving = models.current(session)
        assert serving is not None
        assert serving.model_id == model.id


def test_rolling_back_goes_one_model_back_each_time(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice, bob = (factories.an_operator(session, name, now=clock.now).id for name in "AB")
        made = [_a_model(session, clock, alice).id for _ in range(2)]
        for model in made:
            models.publish(session, model, by=bob, now=clock.now)
        went = []
        for _ in range(2):
            models.roll_back(session, by=alice, now=clock.now)
            serving = models.current(session)
            went.append(None if serving is None else serving.model_id)
        assert went == [made[0], None]
        with pytest.raises(CaseError):
            models.roll_back(session, by=alice, now=clock.now)
