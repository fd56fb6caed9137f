"""What came in is answered once, by one process, also after another has died."""

from datetime import timedelta

import pytest

from cases import keys, residents
from cases.channels import inbox
from cases.channels.inbox import ANSWER_LEASE, Inbound, Stuck
from cases.database import Session, Store
from cases.errors import KeyDestroyedError
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation
from cases.talk.messages import Choice, Cited, Line, Sender
from tests import factories, threads
from tests.clock import Clock

LATER = ANSWER_LEASE + timedelta(seconds=1)


def _write(session: Session, chat: Conversation, text: str, clock: Clock) -> Inbound:
    return inbox.receive(session, chat, external_id=keys.new_id(), text=text, now=clock.now)


def test_nothing_is_stuck_within_the_lease(store: Store, clock: Clock) -> None:
    with store.write() as session:
        _write(session, factories.a_conversation(session, now=clock.now), "在吗", clock)
        assert inbox.claim_stuck(session, now=clock.now + ANSWER_LEASE) == []


def test_what_is_stuck_is_claimed_by_one_and_again_after_the_lease(
    store: Store, clock: Clock
) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        _write(session, chat, "在吗", clock)
    times = [clock.now + LATER, clock.now + LATER, clock.now + LATER * 2]
    found = []
    for now in times:
        with store.write() as session:
            found.append(inbox.claim_stuck(session, now=now))
    assert found == [[Stuck(chat.id, hopeless=False)], [], [Stuck(chat.id, hopeless=False)]]


def test_many_who_claim_at_once_share_no_conversation(store: Store, clock: Clock) -> None:
    with store.write() as session:
        for _ in range(12):
            _write(session, factories.a_conversation(session, now=clock.now), "在吗", clock)

    def claim(limit: int) -> list[Stuck]:
        with store.write() as session:
            return list(inbox.claim_stuck(session, now=clock.now + LATER, limit=limit))

    claimed = [one for some in threads.at_once(claim, [20] * 4) for one in some]
    assert len(claimed) == len({one.conversation_id for one in claimed}) == 12


def test_a_message_that_ended_several_turns_is_hopeless(store: Store, clock: Clock) -> None:
    with store.write() as session:
        _write(session, factories.a_conversation(session, now=clock.now), "在吗", clock)
        hopeless = [
            [one.hopeless for one in inbox.claim_stuck(session, now=clock.now + LATER * n)]
            for n in (1, 2, 3)
        ]
    assert hopeless == [[False], [False], [True]]


def test_a_message_is_answered_by_one_of_two(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        inbound = _write(session, chat, "在吗", clock)

    def answer(_: int) -> bool:
        with store.write() as session:
            return inbox.mark_answered(session, inbound, now=clock.now)

    assert sorted(threads.at_once(answer, [1, 2, 3, 4])) == [False, False, False, True]


def test_answered_messages_are_neither_waiting_nor_stuck(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        first, second = [_write(session, chat, text, clock) for text in ("一", "二")]
        inbox.mark_answered(session, first, now=clock.now)
        assert [one.id for one in inbox.unanswered(session, chat)] == [second.id]


def test_the_same_message_at_once_is_kept_once(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat_id = factories.a_conversation(session, now=clock.now).id

    def send(text: str) -> str:
        with store.write() as session:
            chat = conversations.find_for_update(session, chat_id)
            return inbox.receive(session, chat, external_id="a", text=text, now=clock.now).id

    assert len(set(threads.at_once(send, ["在吗"] * 5))) == 1


def test_a_line_comes_back_as_it_was_said(store: Store, clock: Clock) -> None:
    cited = Cited("社会救助法", "第60条", "2026-02-28", "national", "A", in_force=True, says="…")
    line = Line(
        Sender.BOT,
        "好",
        choices=(Choice("是", "yes"),),
        select="many",
        citations=(cited,),
        urgent=True,
    )
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        messages.say(session, chat, line, now=clock.now)
    with store.read() as session:
        (read,) = messages.since(session, chat)
    assert (read.choices, read.select, read.citations, read.urgent, read.at) == (
        line.choices,
        "many",
        line.citations,
        True,
        clock.now,
    )


@pytest.mark.parametrize("text", ["", "\ud800", "a\x00b", "好" * 4000, "😀"])
def test_any_text_is_kept_and_shown(store: Store, clock: Clock, text: str) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        _write(session, chat, text, clock)
        shown = messages.text_of(session, chat, 1)
    assert shown == text.encode("utf-8", "replace").decode()


def test_a_page_that_resumes_gets_what_is_behind_its_number(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        for text in "一二三四":
            _write(session, chat, text, clock)
        assert [one.text for one in messages.since(session, chat, 2)] == ["三", "四"]
        assert [one.text for one in messages.since(session, chat, 1, limit=2)] == ["二", "三"]


def test_nobody_reads_the_lines_of_one_who_was_forgotten(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        _write(session, chat, "尿毒症", clock)
        someone = session.get_one(residents.Resident, chat.resident_id)
        keys.destroy(session, someone.key_id, now=clock.now)
    with store.read() as session, pytest.raises(KeyDestroyedError):
        messages.since(session, chat)


def test_a_token_opens_its_own_conversation_alone(store: Store, clock: Clock) -> None:
    with store.write() as session:
        alice, bob = [
            conversations.open_new(session, region=None, channel="web", now=clock.now)
            for _ in range(2)
        ]
        found = conversations.by_token(session, alice.token)
        assert found is not None
        assert found.id == alice.conversation.id
        assert not conversations.holds_token(bob.conversation, alice.token)
        conversations.revoke_token(session, alice.conversation)
        assert conversations.by_token(session, alice.token) is None


def test_the_dialogues_state_is_sealed(store: Store, clock: Clock) -> None:
    with store.write() as session:
        chat = factories.a_conversation(session, now=clock.now)
        assert conversations.state_of(session, chat) is None
        conversations.keep_state(session, chat, '{"income": 900}')
    with store.read() as session:
        kept = conversations.find(session, chat.id)
        assert conversations.state_of(session, kept) == '{"income": 900}'
        assert b"income" not in (kept.sealed_state or b"")
