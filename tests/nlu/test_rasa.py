"""Rasa starting, slow, wrong or gone costs a turn little, misses no danger, and learns no name."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.names import Hazard, Intent
from nlu import dictionary, rasa_client
from nlu.interpreter import InProcess
from nlu.rasa_client import AT_ONCE, AwayError, Rasa, State
from nlu.rasa_engine import WithRasa
from nlu.understanding import Understanding
from tests import tables
from tests.nlu import rasa_peer
from tests.nlu.rasa_peer import GARBAGE, Mood, Peer
from tests.places import ROOT

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
RASA = ROOT / "nlu" / "rasa"
# What one turn may lose at most; the in-process reading itself is a matter of milliseconds.
MOST_SECONDS = 1.2
QUESTION = "低保要什么条件"


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    rasa_client.warm()


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A server on loopback."""
    with rasa_peer.peer() as made:
        yield made


def _timed(read: Callable[[], Understanding]) -> tuple[Understanding, float]:
    began = time.perf_counter()
    said = read()
    return said, time.perf_counter() - began


def _breaks(rasa: Rasa) -> None:
    for _ in range(rasa_client.FAILURES_TO_OPEN):
        with pytest.raises(AwayError):
            rasa.hear(QUESTION)


def test_rasa_says_the_intent_and_the_rest_is_read_here(interpreter: InProcess, peer: Peer) -> None:
    peer.intent = Intent.GIVE_FEEDBACK
    said = WithRasa(interpreter, peer.client()).read("淄川低保每月八百", now=NOW)
    assert (said.intent, said.confidence, said.sure) == (Intent.GIVE_FEEDBACK, 0.9, True)
    assert said.programme == "dibao"
    assert said.region == "zichuan"


def test_little_confidence_is_not_sure(interpreter: InProcess, peer: Peer) -> None:
    peer.confidence = "0.4"
    assert not WithRasa(interpreter, peer.client()).read(QUESTION, now=NOW).sure


@pytest.mark.parametrize("mood", [mood for mood in Mood if mood is not Mood.FINE])
def test_no_failure_costs_a_turn_more_than_its_time(
    interpreter: InProcess, peer: Peer, mood: Mood
) -> None:
    peer.mood = mood
    engine = WithRasa(interpreter, peer.client())
    for _ in range(2):
        said, lost = _timed(lambda: engine.read(QUESTION, now=NOW))
        assert said == interpreter.read(QUESTION, now=NOW)
        assert lost < MOST_SECONDS


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_answered_in_process(interpreter: InProcess, peer: Peer, garbage: bytes) -> None:
    peer.garbage = garbage
    said = WithRasa(interpreter, peer.client()).read(QUESTION, now=NOW)
    assert said == interpreter.read(QUESTION, now=NOW)


def test_a_server_that_is_gone_costs_nothing(interpreter: InProcess, peer: Peer) -> None:
    engine = WithRasa(interpreter, peer.client())
    engine.read(QUESTION, now=NOW)
    peer.kill()
    said, lost = _timed(lambda: engine.read(QUESTION, now=NOW))
    assert said == interpreter.read(QUESTION, now=NOW)
    assert lost < 0.4


@pytest.mark.parametrize("text", ["我不想活了", "孩子被打得浑身是伤", "家里着火了出不去"])
@pytest.mark.parametrize("mood", [Mood.FINE, Mood.HANGING, Mood.RUDE])
def test_danger_is_found_at_once_whatever_rasa_does(
    interpreter: InProcess, peer: Peer, mood: Mood, text: str
) -> None:
    peer.mood, peer.intent = mood, Intent.THANK
    said, lost = _timed(lambda: WithRasa(interpreter, peer.client()).read(text, now=NOW))
    assert said.hazard is interpreter.read(text, now=NOW).hazard is not Hazard.NONE
    assert lost < 0.4
    assert peer.received == []


def test_rasa_may_add_a_suspicion_of_danger_and_decides_none(
    interpreter: InProcess, peer: Peer
) -> None:
    peer.intent = Intent.REPORT_EMERGENCY
    said = WithRasa(interpreter, peer.client()).read(QUESTION, now=NOW)
    assert said.hazard is Hazard.NONE
    assert said.suspicion is Hazard.SUDDEN_HARDSHIP


def test_the_breaker_opens_and_closes_again(peer: Peer) -> None:
    rasa = peer.client()
    peer.mood = Mood.FAILING
    _breaks(rasa)
    asked = peer.asked
    _breaks(rasa)
    assert peer.asked == asked
    peer.mood = Mood.FINE
    time.sleep(1.05)
    assert rasa.hear(QUESTION).intent is Intent.ASK_POLICY
    assert rasa.state is State.READY


def test_a_server_that_comes_back_is_asked_again(peer: Peer) -> None:
    rasa = peer.client()
    rasa.hear(QUESTION)
    peer.kill()
    _breaks(rasa)
    assert rasa.state is State.AWAY
    peer.start()
    time.sleep(1.05)
    assert rasa.hear(QUESTION).confidence == 0.9


def test_nothing_is_asked_before_the_model_is_loaded(peer: Peer) -> None:
    peer.mood = Mood.STARTING
    with pytest.raises(AwayError):
        peer.client().hear(QUESTION)
    assert peer.asked == 0


def test_at_most_four_questions_are_on_their_way(interpreter: InProcess, peer: Peer) -> None:
    peer.mood = Mood.SLOW
    engine = WithRasa(interpreter, peer.client())
    with ThreadPoolExecutor(16) as crowd:
        lost = list(
            crowd.map(lambda _: _timed(lambda: engine.read(QUESTION, now=NOW))[1], range(16))
        )
    assert peer.most_at_once <= AT_ONCE
    assert max(lost) < MOST_SECONDS
    assert sum(one > 0.9 for one in lost) == AT_ONCE


NAMES = ("宏伟", "锦秀", "小军", "桂英", "古丽", "扎西")


@pytest.mark.parametrize(
    "text",
    [
        "我叫王桂兰，电话13964412345，身份证370302195603142128，家里没人管",
        "投诉村主任赵建国，他收了我老公周志强两千块",
        "１３９６４４１２３４５ 这个号打不通，王桂兰让我问的",
        "370302 19560314 2128 能查到吗，查王桂兰的",
        "她叫欧阳小明，住三号楼二单元402室",
        "朱宏伟的低保证掉了，胡锦秀也是",
        "苟小军打人，冷桂英看见的",
        "隔壁阿依古丽和扎西一起住",
    ],
)
def test_no_phone_no_id_number_and_no_name_leaves(peer: Peer, text: str) -> None:
    peer.client().hear(text)
    sent = b"".join(peer.received).decode()
    told = sent.encode().decode("unicode_escape")
    for secret in ("王桂兰", "建国", "志强", "小明", "402室", "1396441", "3703021956", *NAMES):
        assert secret not in told
        assert quote(secret) not in sent
    assert "１３９" not in told


@settings(max_examples=60, deadline=None)
@given(
    number=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    around=st.tuples(st.text(max_size=20), st.text(max_size=20)),
)
def test_no_mobile_number_leaves_whatever_stands_around_it(
    number: str, around: tuple[str, str]
) -> None:
    before, behind = around
    left = rasa_client.outbound(f"{before}，电话{number}。{behind}")
    assert number not in left


@settings(max_examples=60, deadline=None)
@given(text=st.text())
def test_anything_can_be_prepared_for_rasa(text: str) -> None:
    assert not rasa_client.outbound(text).startswith("/")


@pytest.mark.parametrize("text", ["   ", "嘀嘀嗒嗒", "？？？"])
def test_a_message_of_no_words_is_not_sent(interpreter: InProcess, peer: Peer, text: str) -> None:
    said = WithRasa(interpreter, peer.client()).read(text, now=NOW)
    assert said == interpreter.read(text, now=NOW)
    assert peer.received == []


def test_the_token_travels_only_to_rasa(peer: Peer) -> None:
    peer.client().hear(QUESTION)
    assert all(f"?token={rasa_peer.TOKEN} ".encode() in one for one in peer.received)


def test_rasas_dictionary_is_a_folder_with_our_dictionary_alone() -> None:
    config = tables.read(RASA / "config.yml")
    cutter = config["pipeline"][0]
    folder = RASA / cutter["dictionary_path"]
    assert cutter["name"] == "JiebaTokenizer"
    assert folder.is_dir()
    assert [file.read_bytes() for file in folder.iterdir()] == [dictionary.OURS.read_bytes()]


def test_rasa_is_trained_for_at_most_thirty_epochs_on_our_intents() -> None:
    config = tables.read(RASA / "config.yml")
    domain = tables.read(RASA / "domain.yml")
    assert [part["epochs"] for part in config["pipeline"] if "epochs" in part] == [30]
    assert set(domain["intents"]) == set(Intent)
