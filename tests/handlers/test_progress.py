"""How far a ticket is: told to who can show that it is theirs, and nobody is made to guess."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cases.dialogue.lookups import Locked, OwnTickets, TicketByNumber, TicketsFound, TicketShut
from cases.dialogue.lookups import TicketStanding as Standing
from cases.ticket_rules.lifecycle import NextActor, State
from handlers.dialogue import HandoffForm, ProgressForm
from knowledge.names import Region
from tests.handlers.talk import Talk

NUMBER = "ZC-261122-483924"
STANDING = Standing(
    number=NUMBER,
    state=State.REFERRED,
    next_actor=NextActor.UNIT,
    next_due=datetime(2026, 11, 30, 16, 0, tzinfo=UTC),
    unit="区民政局",
    private=False,
    region=Region.ZICHUAN,
)
HEARD = "progress.told"


def shut(why: Locked) -> TicketShut:
    """A ticket that does not open."""
    return TicketShut(NUMBER, why)


def test_without_a_number_the_own_tickets_are_told(talk: Talk) -> None:
    talk.found = TicketsFound((STANDING,) * 4)
    assert talk.says("办到哪了").keys == [HEARD] * 3
    assert talk.asked == OwnTickets()


def test_with_none_of_their_own_the_number_is_asked(talk: Talk) -> None:
    talk.found = TicketsFound(())
    assert talk.says("查进度").keys == ["progress.ask_number"]
    assert talk.state.form == ProgressForm()


@pytest.mark.parametrize("said", ["ZC-261123-502393 0001", "ZC-261123-502394"])
def test_a_number_without_a_word_asks_how_far_it_is(talk: Talk, said: str) -> None:
    talk.found = shut(Locked.WRONG)
    assert talk.says(said).keys[0].startswith("progress.")


def test_number_and_proof_may_come_together(talk: Talk) -> None:
    talk.found = STANDING
    talk.says(f"查一下 {NUMBER} 1111")
    assert talk.asked == TicketByNumber(NUMBER, "1111")
    assert talk.values(HEARD)["due"] == "11月30日"


def test_a_number_alone_is_asked_for_its_proof(talk: Talk) -> None:
    talk.found = shut(Locked.NEEDS_PHONE)
    talk.says(NUMBER)
    assert talk.asked == TicketByNumber(NUMBER, None)
    assert talk.state.form == ProgressForm(number=NUMBER)


def test_the_next_words_are_the_proof(talk: Talk) -> None:
    talk.found = shut(Locked.NEEDS_WORD)
    talk.says(NUMBER, "老槐树")
    assert talk.asked == TicketByNumber(NUMBER, "老槐树")


@pytest.mark.parametrize("words", ["没有", "忘了", "不知道"])
def test_having_no_proof_is_no_wrong_proof(talk: Talk, words: str) -> None:
    talk.found = shut(Locked.NEEDS_PHONE)
    talk.says(NUMBER)
    talk.found = None
    assert talk.says(words).keys == ["progress.no_proof"]
    assert talk.state.form == HandoffForm()


def test_too_many_tries_offer_a_person(talk: Talk) -> None:
    talk.found = shut(Locked.TOO_MANY_TRIES)
    talk.says(NUMBER)
    assert (talk.keys, talk.labels) == (["progress.too_many_tries"], ["menu.ask_human"])
    assert talk.says("好的").keys == ["handoff.queued"]


def test_no_number_at_all_offers_a_person(talk: Talk) -> None:
    talk.found = TicketsFound(())
    assert talk.says("查进度", "没有").keys == ["progress.no_number"]


def test_nonsense_for_a_number_is_asked_once_more(talk: Talk) -> None:
    talk.found = TicketsFound(())
    assert talk.says("查进度", "蓝色的").keys == ["progress.ask_number"]
    assert talk.says("红色的").keys == ["progress.no_number"]


def test_of_a_private_ticket_neither_unit_nor_matter_is_told(talk: Talk) -> None:
    talk.found = replace(STANDING, private=True, unit=None)
    assert talk.says(f"{NUMBER} 1111").keys == ["progress.private"]
    assert set(talk.values("progress.private")) == {"number", "state", "due"}


def test_until_it_is_referred_it_lies_with_the_hotline(talk: Talk) -> None:
    talk.found = replace(STANDING, state=State.RECEIVED, next_actor=NextActor.HOTLINE)
    assert talk.says(f"{NUMBER} 1111").values(HEARD)["unit"] == "热线"


def test_no_time_is_invented(talk: Talk) -> None:
    talk.found = replace(STANDING, next_due=None)
    assert talk.says(f"{NUMBER} 1111").values(HEARD)["due"] == "近日"


def test_a_policy_question_leads_back_to_the_number(talk: Talk) -> None:
    talk.found = TicketsFound(())
    talk.says("查进度", "低保要什么条件？")
    assert talk.keys == ["policy.answer", "interlude.back", "progress.ask_number"]


def test_a_policy_question_is_no_wrong_proof(talk: Talk) -> None:
    talk.found = shut(Locked.NEEDS_PHONE)
    talk.says(NUMBER)
    talk.found = None
    talk.says("低保要什么条件？")
    assert talk.keys == ["policy.answer", "interlude.back", "progress.ask_proof"]
