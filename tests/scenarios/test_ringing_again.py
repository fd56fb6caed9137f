"""A danger that was seen rings again when whoever saw it holds the chat no more."""

import pytest

from api import chats
from cases import residents
from cases.danger import alerts, rescues
from cases.danger.rescues import Passed, Service, Subject
from cases.operators import Operator
from knowledge.names import Matter
from tests.resident import Resident
from tests.scenarios.house import House

DANGER = "我不想活了，药都买好了"


def _held(house: House) -> tuple[Operator, Resident]:
    """Alice has taken somebody in danger, which ends the ringing."""
    alice, resident = house.operator(), house.resident()
    resident.says(DANGER)
    house.takes(alice, resident)
    assert _ringing(house) == 0
    return alice, resident


def _ringing(house: House) -> int:
    with house.store.read() as session:
        return len(alerts.open_alerts(session))


@pytest.mark.parametrize("there", [True, False])
def test_a_danger_whose_operator_is_silent_or_gone_rings_again(house: House, there: bool) -> None:  # noqa: FBT001
    alice, _ = _held(house)
    house.later(*([alice] if there else []), minutes=3)
    assert _ringing(house) == 1


def test_a_danger_that_is_put_in_line_rings_there(house: House) -> None:
    alice, resident = _held(house)
    with house.store.write() as session:
        chat = chats.held(session, alice, resident.conversation_id)
        speech, now = house.helpline.speech, house.clock.now
        chats.pass_to_line(
            session, alice, chat, region=None, matter=Matter.CHILD, note="", speech=speech, now=now
        )
    assert _ringing(house) == 1


def test_a_danger_with_its_card_does_not_ring_again(house: House) -> None:
    alice, resident = _held(house)
    now = house.clock.advance(minutes=1)
    passed = Passed(Service.AMBULANCE, now, "昆仑镇", "07")
    with house.store.write() as session:
        key = residents.key_of(session, house.chat(resident).resident_id)
        subject = Subject(resident.conversation_id, None, key)
        rescues.record(session, subject, passed, by=alice.id, now=now)
    house.later(minutes=3)
    assert _ringing(house) == 0
