"""Editors make lessons of what was misheard; nobody else may, and nobody publishes alone."""

from datetime import timedelta

import pytest
import yaml
from httpx import Client, Response

from api.console.editing import understanding
from bot.helpline import Helpline
from cases.editing import misreadings, models
from cases.editing.misreadings import Misreading, Reading, Why
from cases.editing.models import ModelState
from cases.operators import Role
from cases.talk import conversations, messages
from knowledge.names import Intent, Region
from nlu import examples
from nlu.comparison import Comparison, Pair
from tests.api import web
from tests.api.web import Chat

HERE = "/console/understanding"
READING = Reading(Why.UNSURE, "[姓名]家那个咋弄", "ask_progress", 0.3, other="ask_policy")
SAME = Pair(before=0.9, after=0.95)
REPORT = Comparison(
    judged=900,
    lessons=1,
    accuracy=SAME,
    macro_f1=SAME,
    lessons_right=Pair(before=0.0, after=1.0),
    intents={"greet": SAME},
    seconds=9.0,
)


@pytest.fixture
def editor(client: Client, helpline: Helpline) -> Client:
    """An editor's browser."""
    web.enter(client, web.an_account(helpline, "Ed", Role.EDITOR))
    return client


@pytest.fixture
def misread(helpline: Helpline, chat: Chat) -> Misreading:
    """A message that was misheard in Zichuan."""
    chat.says("王桂兰家那个咋弄")
    with helpline.store.write() as session:
        found = conversations.find(session, chat.id)
        inbound = misreadings.inbound_at(session, found, 2)
        misreadings.keep(session, found, inbound, READING, now=web.now())
        return misreadings.waiting(session)[0]


def _post(client: Client, path: str, **form: str) -> Response:
    csrf = web.csrf_of(client.get(HERE))
    return client.post(f"{HERE}{path}", data={"csrf": csrf, **form})


def _a_model(helpline: Helpline) -> str:
    """A model that Ed asked for and the clock has trained."""
    with helpline.store.write() as session:
        row = models.claim(session, now=web.now() + timedelta(seconds=1))
        assert row is not None
        models.finish(
            session,
            row.id,
            claim=row.claimed_until,
            archive=b"none",
            report=REPORT.model_dump(),
            now=web.now(),
        )
        return row.id


def test_a_misheard_message_is_taught_masked_and_leaves_the_list(
    editor: Client, helpline: Helpline, misread: Misreading
) -> None:
    assert "[姓名]家那个咋弄" in editor.get(HERE).text
    _post(editor, f"/{misread.id}/teach", text="张建国家低保咋弄\n", intent="ask_policy")
    with helpline.store.read() as session:
        (lesson,) = misreadings.lessons(session)
        assert (lesson.text, lesson.intent) == ("[姓名]家低保咋弄", "ask_policy")
        assert misreadings.waiting(session) == []


def test_what_cannot_be_learnt_is_dropped(
    editor: Client, helpline: Helpline, misread: Misreading
) -> None:
    assert _post(editor, f"/{misread.id}/drop").status_code == 303
    with helpline.store.read() as session:
        assert misreadings.waiting(session) == []
        assert misreadings.lessons(session) == []


def test_an_empty_sentence_and_an_unknown_intent_are_refused(
    editor: Client, misread: Misreading
) -> None:
    assert _post(editor, f"/{misread.id}/teach", text=" ", intent="greet").status_code == 422
    assert _post(editor, f"/{misread.id}/teach", text="好", intent="nonsense").status_code == 422


def test_an_editor_of_another_region_does_not_see_it(
    client: Client, helpline: Helpline, misread: Misreading
) -> None:
    account = web.an_account(helpline, "Far", Role.EDITOR, region=Region.LONGYAN)
    web.enter(client, account)
    assert "[姓名]家那个咋弄" not in client.get(HERE).text
    assert _post(client, f"/{misread.id}/drop").status_code in {403, 404}


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_others_do_not_come_in(client: Client, helpline: Helpline, role: Role) -> None:
    web.enter(client, web.an_account(helpline, "No", role))
    assert client.get(HERE).status_code in {403, 404}
    assert client.get(f"{HERE}/lessons.yml").status_code in {403, 404}


def test_the_export_is_training_yaml_that_our_reader_reads(
    editor: Client, misread: Misreading, tmp_path_factory: pytest.TempPathFactory
) -> None:
    _post(editor, f"/{misread.id}/teach", text="- 低保: 咋弄 #急\x85", intent="ask_policy")
    answer = editor.get(f"{HERE}/lessons.yml")
    path = tmp_path_factory.mktemp("export") / "lessons.yml"
    path.write_text(answer.text, encoding="utf-8")
    (read,) = examples.read(path)
    assert (read.text, read.intent) == ("- 低保: 咋弄 #急", "ask_policy")
    assert yaml.safe_load(answer.text)["version"] == "3.1"


def test_a_model_is_published_by_a_second_person_and_rolled_back(
    editor: Client, helpline: Helpline
) -> None:
    assert _post(editor, "/train").status_code == 303
    assert _post(editor, "/train").status_code == 422
    model = _a_model(helpline)
    assert "95.0%" in editor.get(HERE).text
    assert _post(editor, f"/models/{model}/publish").status_code == 422
    web.enter(editor, web.an_account(helpline, "Second", Role.EDITOR))
    assert _post(editor, f"/models/{model}/publish").status_code == 303
    assert "第 1 号" in editor.get(HERE).text
    assert _post(editor, "/roll-back").status_code == 303
    assert _post(editor, "/roll-back").status_code == 422


def test_a_lesson_can_be_withdrawn(editor: Client, helpline: Helpline, misread: Misreading) -> None:
    _post(editor, f"/{misread.id}/teach", text="咋弄", intent="ask_policy")
    with helpline.store.read() as session:
        (lesson,) = misreadings.lessons(session)
    _post(editor, f"/lessons/{lesson.id}/withdraw")
    with helpline.store.read() as session:
        assert misreadings.lessons(session) == []


def test_an_operator_says_which_line_was_misheard(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    chat.says("王桂兰家那个咋弄")
    web.enter(client, web.an_account(helpline, "Op"))
    page = f"/console/chats/{chat.id}/misheard"
    assert page in client.get(f"/console/chats/{chat.id}").text
    form = {"csrf": web.csrf_of(client.get(page)), "seq": "2", "intent": "ask_policy"}
    assert client.post(page, data=form).status_code == 200
    with helpline.store.read() as session:
        (row,) = [one for one in misreadings.waiting(session) if one.why == Why.CORRECTED]
        assert (row.other, misreadings.text_of(session, row)) == ("ask_policy", "[姓名]家那个咋弄")


def test_a_line_of_the_bot_cannot_be_corrected(
    client: Client, helpline: Helpline, chat: Chat
) -> None:
    web.enter(client, web.an_account(helpline, "Op"))
    page = f"/console/chats/{chat.id}/misheard"
    form = {"csrf": web.csrf_of(client.get(page)), "seq": "1", "intent": "greet"}
    assert client.post(page, data=form).status_code == 404


def test_what_was_misheard_is_kept_sealed(helpline: Helpline, misread: Misreading) -> None:
    with helpline.store.read() as session:
        row = misreadings.find(session, misread.id)
        chat = conversations.find(session, row.conversation_id)
        assert messages.text_of(session, chat, 2) == "王桂兰家那个咋弄"
        assert "咋弄".encode() not in row.sealed_text


@pytest.mark.parametrize(
    ("section", "names"),
    [("intent", list(Intent)), ("why", list(Why)), ("model", list(ModelState))],
)
def test_everything_has_a_chinese_name(section: str, names: list[str]) -> None:
    assert [name for name in names if name not in understanding.names()[section]] == []
