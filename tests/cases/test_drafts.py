"""An entry is drafted by one person and published by a second one, whole or not at all."""

from datetime import date, timedelta

import pytest

from cases import events
from cases.database import Session, Store
from cases.editing import drafts, publications, questions
from cases.editing.drafts import Draft, State
from cases.errors import ForbiddenError, StaleError, TakenError, UnknownError
from knowledge.editions import Kind
from knowledge.names import Region
from tests import factories, threads
from tests.clock import Clock

NOW = Clock().now
TODAY = date(2026, 11, 23)
BODY = {"id": "station", "name": "助联体", "kind": "服务站", "region": "zichuan"}


def _draft(session: Session, author: str, subject: str = "station") -> Draft:
    return drafts.begin(
        session,
        kind=Kind.PLACE,
        subject=subject,
        region=Region.ZICHUAN,
        body=BODY,
        author=author,
        now=NOW,
    )


def _people(session: Session) -> tuple[str, str]:
    return tuple(  # type: ignore[return-value]
        factories.an_operator(session, name, now=NOW).id for name in ("Alice", "Bob")
    )


def _publish(session: Session, draft: Draft, by: str, effective: date = TODAY) -> int:
    row = drafts.publish(
        session,
        draft.id,
        seen=draft.revision,
        effective=effective,
        published_by=by,
        now=NOW,
    )
    return row.version


def test_a_second_person_publishes(store: Store) -> None:
    with store.write() as session:
        alice, bob = _people(session)
        assert _publish(session, _draft(session, alice), bob) == 1
    with store.read() as session:
        found = publications.editions(session, on=TODAY)
        assert [(one.kind, one.subject, one.body) for one in found] == [
            (Kind.PLACE, "station", BODY)
        ]
        assert events.happened(session, events.CONSOLE, events.Kind.PUBLICATION, after=0)


def test_who_changed_it_last_cannot_publish_it(store: Store) -> None:
    with store.write() as session:
        alice, bob = _people(session)
        draft = _draft(session, alice)
        with pytest.raises(ForbiddenError):
            _publish(session, draft, alice)
        drafts.revise(session, draft.id, {**BODY, "hours": "8–17"}, seen=1, author=bob, now=NOW)
        with pytest.raises(ForbiddenError):
            _publish(session, draft, bob)
        assert _publish(session, draft, alice) == 1


def test_what_changed_since_it_was_seen_is_not_published(store: Store) -> None:
    with store.write() as session:
        alice, bob = _people(session)
        draft = _draft(session, alice)
        drafts.revise(session, draft.id, {**BODY, "hours": "8–17"}, seen=1, author=alice, now=NOW)
        with pytest.raises(StaleError):
            drafts.publish(session, draft.id, seen=1, effective=TODAY, published_by=bob, now=NOW)
        with pytest.raises(StaleError):
            drafts.revise(session, draft.id, BODY, seen=1, author=bob, now=NOW)


def test_writing_the_same_again_changes_nothing(store: Store) -> None:
    with store.write() as session:
        alice, bob = _people(session)
        draft = drafts.revise(session, _draft(session, alice).id, BODY, seen=1, author=bob, now=NOW)
        assert (draft.author, draft.revision) == (alice, 1)


def test_an_entry_has_one_open_draft(store: Store) -> None:
    with store.write() as session:
        alice, bob = _people(session)
        first = _draft(session, alice)
        with pytest.raises(TakenError, match="Alice"):
            _draft(session, bob)
        drafts.drop(session, first.id, seen=1, now=NOW)
        assert _draft(session, bob).state == State.OPEN
        assert len(drafts.open_ones(session)) == 1


def test_of_two_who_publish_at_once_one_does(store: Store) -> None:
    with store.write() as session:
        alice, bob = _people(session)
        charlie = factories.an_operator(session, "Charlie", now=NOW).id
        draft = _draft(session, alice)

    def publish(who: str) -> str:
        try:
            with store.write() as session:
                _publish(session, draft, who)
        except StaleError:
            return "late"
        return "done"

    assert sorted(threads.at_once(publish, [bob, charlie])) == ["done", "late"]
    with store.read() as session:
        assert len(publications.history(session, Kind.PLACE, "station")) == 1


def test_the_newest_version_that_is_in_effect_counts(store: Store) -> None:
    tomorrow = TODAY + timedelta(days=1)
    with store.write() as session:
        alice, bob = _people(session)
        _publish(session, _draft(session, alice), bob)
        second = _draft(session, alice)
        assert second.based_on == 1
        _publish(session, second, bob, effective=tomorrow)
        counted = [publications.editions(session, on=day) for day in (TODAY, tomorrow)]
    assert [[one.version for one in found] for found in counted] == [[1], [2]]


def test_what_counts_from_later_lies_over_what_counts_from_earlier(store: Store) -> None:
    with store.write() as session:
        alice, bob = _people(session)
        for name, day in (("later", TODAY), ("earlier", TODAY - timedelta(days=9))):
            _publish(session, _draft(session, alice, name), bob, effective=day)
        found = publications.editions(session, on=TODAY)
    assert [one.subject for one in found] == ["earlier", "later"]


def test_publishing_settles_the_questions_that_it_answers(store: Store) -> None:
    with store.write() as session:
        alice, bob = _people(session)
        chat = factories.a_conversation(session, now=NOW)
        asked = [
            questions.keep(session, chat, why="no_answer", text=text, now=NOW)
            for text in ("甲", "乙")
        ]
        draft = drafts.answer_more(
            session, _draft(session, alice), BODY, [asked[0].id], author=alice, now=NOW
        )
        _publish(session, draft, bob)
        left = questions.unsettled(session)
        assert [questions.text_of(session, one) for one in left] == ["乙"]


def test_an_unknown_draft_is_unknown(store: Store) -> None:
    with store.write() as session, pytest.raises(UnknownError):
        drafts.drop(session, "nothing", seen=1, now=NOW)
