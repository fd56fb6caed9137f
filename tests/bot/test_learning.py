"""What is misheard reaches the editors; what they teach answers soon, without a restart."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot import retraining
from bot.overhearing import Overhearing
from bot.taught import Taught
from cases.database import Store
from cases.editing import misreadings, models
from cases.editing.misreadings import Misreading, Why
from cases.sealed import Vault
from handlers import speech
from knowledge.names import Intent
from nlu.interpreter import InProcess
from nlu.rasa_client import Rasa
from tests import factories, stores
from tests.clock import Clock
from tests.nlu import rasa_peer
from tests.nlu.rasa_peer import Mood, Peer
from tests.places import SENTENCES
from tests.resident import Resident

UNHEARD = "嗰阵子咪搞掂佢啦喂系咪先"
SOON = timedelta(seconds=3)


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A Rasa server on loopback."""
    with rasa_peer.peer() as made:
        yield made


@pytest.fixture(scope="module")
def few_sentences(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sentences enough to train on in a second."""
    path = tmp_path_factory.mktemp("few") / "sentences.yml"
    rows = [
        f"- {{text: {word}{mark}, intent: {intent}}}" for word, intent in WORDS for mark in MARKS
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Trained:
    """A helpline whose editors have had a model trained: its database, the model, who publishes."""

    file: Path
    model: str
    publisher: str


@pytest.fixture(scope="module")
def trained(
    tmp_path_factory: pytest.TempPathFactory,
    migrated_sqlite: Path,
    vault: Vault,
    few_sentences: Path,
) -> Trained:
    """Trained once: it takes longer than all that is looked at afterwards."""
    file = tmp_path_factory.mktemp("trained") / "helpline.db"
    shutil.copy(migrated_sqlite, file)
    store, clock = Store(f"sqlite:///{file}", vault), Clock()
    model, publisher = _teach(store, UNHEARD, "thank", clock)
    assert retraining.train_wanted(store, few_sentences, now=clock.now)
    store.close()
    return Trained(file, model, publisher)


@pytest.fixture
def taught_store(sqlite_engine: Engine, trained: Trained, vault: Vault) -> Iterator[Store]:
    """That helpline, as it was when the training had ended."""
    with stores.fresh_file(sqlite_engine, trained.file, vault) as store:
        yield store


def _publish(store: Store, trained: Trained, clock: Clock) -> None:
    with store.write() as session:
        models.publish(session, trained.model, by=trained.publisher, now=clock.now)


WORDS = (
    ("你好", "greet"),
    ("您好呀", "greet"),
    ("谢谢你", "thank"),
    ("多谢了", "thank"),
    ("再见", "goodbye"),
    ("拜拜啦", "goodbye"),
)
MARKS = ("", "啊", "哦", "呢", "嘛", "哈哈", "老师", "同志")


def _list(store: Store) -> list[Misreading]:
    with store.read() as session:
        return list(misreadings.waiting(session))


def _ear(store: Store, interpreter: InProcess, shadow: Rasa | None = None) -> Overhearing:
    return Overhearing(store, interpreter, speech.chinese(), shadow)


def _teach(store: Store, text: str, intent: str, clock: Clock) -> tuple[str, str]:
    with store.write() as session:
        alice, bob = (factories.an_operator(session, name, now=clock.now).id for name in "AB")
        misreadings.teach(session, text, intent, by=alice, now=clock.now)
        return models.ask_for(session, by=alice, now=clock.now).id, bob


def test_an_unsure_message_goes_on_the_list_once(
    resident: Resident, sqlite_store: Store, interpreter: InProcess, clock: Clock
) -> None:
    resident.says(UNHEARD)
    ear = _ear(sqlite_store, interpreter)
    assert ear.look(now=clock.now) == 1
    assert ear.look(now=clock.now) == 0
    assert [row.why for row in _list(sqlite_store)] == [Why.UNSURE]


def test_what_is_listed_names_nobody(
    resident: Resident, sqlite_store: Store, interpreter: InProcess, clock: Clock
) -> None:
    resident.says(f"王桂兰 13964412345 {UNHEARD}")
    _ear(sqlite_store, interpreter).look(now=clock.now)
    with sqlite_store.read() as session:
        (row,) = misreadings.waiting(session)
        text = misreadings.text_of(session, row) or ""
    assert "王桂兰" not in text
    assert "139644" not in text


def test_a_clear_message_and_an_emergency_are_not_listed(
    resident: Resident, sqlite_store: Store, interpreter: InProcess, clock: Clock
) -> None:
    resident.says("低保要什么条件")
    resident.says("我不想活了")
    _ear(sqlite_store, interpreter).look(now=clock.now)
    assert _list(sqlite_store) == []


def test_in_shadow_a_disagreement_is_kept_and_the_answer_stays_ours(
    resident: Resident, sqlite_store: Store, interpreter: InProcess, clock: Clock, peer: Peer
) -> None:
    peer.intent = Intent.GOODBYE
    resident.says("低保要什么条件")
    _ear(sqlite_store, interpreter, peer.client()).look(now=clock.now)
    (row,) = _list(sqlite_store)
    assert (row.why, row.heard, row.other) == (Why.ENGINES_DIFFER, "ask_policy", "goodbye")


def test_a_shadow_that_hangs_keeps_nothing_up(
    resident: Resident, sqlite_store: Store, interpreter: InProcess, clock: Clock, peer: Peer
) -> None:
    peer.mood = Mood.HANGING
    resident.says("低保要什么条件")
    assert _ear(sqlite_store, interpreter, peer.client()).look(now=clock.now) == 0


def test_nothing_is_trained_that_nobody_asked_for(sqlite_store: Store, clock: Clock) -> None:
    assert not retraining.train_wanted(sqlite_store, SENTENCES, now=clock.now)


def test_what_is_taught_answers_after_publishing_and_not_after_rolling_back(
    taught_store: Store,
    interpreter: InProcess,
    clock: Clock,
    few_sentences: Path,
    trained: Trained,
) -> None:
    engine = Taught(interpreter, taught_store, few_sentences)
    before = engine.read(UNHEARD, now=clock.now)
    _publish(taught_store, trained, clock)
    taught = engine.read(UNHEARD, now=clock.now + SOON)
    assert (before.intent == "thank", taught.intent, engine.version) == (False, "thank", 1)
    with taught_store.write() as session:
        models.roll_back(session, by=trained.publisher, now=clock.now)
    assert engine.read(UNHEARD, now=clock.now + 2 * SOON) == before


def test_retraining_tells_before_and_after(taught_store: Store) -> None:
    with taught_store.read() as session:
        (row,) = models.newest(session)
        assert row.report is not None
        assert row.report["lessons_right"] == {"before": 0.0, "after": 1.0}
        assert set(row.report) >= {"accuracy", "macro_f1", "intents", "judged", "seconds"}


def test_a_training_that_fails_is_told(sqlite_store: Store, clock: Clock, tmp_path: Path) -> None:
    _teach(sqlite_store, UNHEARD, "thank", clock)
    retraining.train_wanted(sqlite_store, tmp_path / "nothing", now=clock.now)
    with sqlite_store.read() as session:
        assert [row.state for row in models.newest(session)] == ["failed"]


def test_a_model_of_another_release_is_not_used(
    taught_store: Store, interpreter: InProcess, clock: Clock, tmp_path: Path, trained: Trained
) -> None:
    _publish(taught_store, trained, clock)
    others = tmp_path / "sentences.yml"
    others.write_text("- {text: 新的, intent: greet}", encoding="utf-8")
    engine = Taught(interpreter, taught_store, others)
    assert engine.read(UNHEARD, now=clock.now) == interpreter.read(UNHEARD, now=clock.now)


def test_a_taught_model_still_suspects_danger(
    taught_store: Store,
    interpreter: InProcess,
    clock: Clock,
    few_sentences: Path,
    trained: Trained,
) -> None:
    _publish(taught_store, trained, clock)
    engine = Taught(interpreter, taught_store, few_sentences)
    engine.read(UNHEARD, now=clock.now)
    assert engine.version == 1
    assert engine.watch is interpreter.watch
