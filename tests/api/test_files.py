"""Residents send photos, recordings and papers; nothing else gets in, and nobody else sees them."""

import io
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from httpx import Client, Response
from PIL import Image

from api import lanes
from api.app import create_app
from bot.helpline import Helpline
from tests.api import web
from tests.api.web import Staff
from tests.channels import kit
from tests.peers.listening import Asked, listening

WEBM = bytes.fromhex("1a45dfa39f4286810142f7810142f2810442f381084282847765626d") + bytes(200)
PDF = b"%PDF-1.7\n%%EOF\n"
HERE = re.compile(r"/files/([0-9a-f]{32})")


@pytest.fixture
def stranger(helpline: Helpline) -> Iterator[Client]:
    """Somebody else's browser."""
    with web.serving(create_app(helpline)) as opened:
        yield opened


def _photo(size: tuple[int, int] = (40, 30), *, exif: bytes = b"") -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "red").save(drawn, "JPEG", exif=exif)
    return drawn.getvalue()


def _with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[2] = (36.0, 30.0, 0.0)
    return _photo(exif=exif.tobytes())


def _send(client: Client, content: bytes, *, name: str = "a.jpg", key: str = "f1") -> Response:
    page = client.get("/")
    data = {"csrf": web.csrf_of(page), "client_id": key}
    return client.post("/files", data=data, files={"file": (name, content)})


def _sent(client: Client, content: bytes) -> str:
    assert _send(client, content).status_code == 303
    found = HERE.search(client.get("/").text)
    assert found is not None
    return found[1]


def test_a_photo_is_shown_in_the_thread_and_answered(client: Client) -> None:
    name = _sent(client, _photo())
    page = client.get("/").text
    assert f'<img class="shared" src="/files/{name}"' in page
    assert "照片收到了" in page


def test_a_photo_leaves_place_and_device_behind(client: Client) -> None:
    name = _sent(client, _with_place())
    kept = Image.open(io.BytesIO(client.get(f"/files/{name}").content))
    assert not kept.getexif()
    assert kept.format == "JPEG"


def test_a_file_can_do_nothing_in_the_browser(client: Client) -> None:
    answer = client.get(f"/files/{_sent(client, PDF)}")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["cache-control"] == "no-store"


def test_a_recording_brings_a_person(client: Client, alice: Staff) -> None:
    _sent(client, WEBM)
    assert "请工作人员来听" in client.get("/").text
    assert len(alice.get("/api/queue").json()["waiting"]) == 1


def test_nobody_else_opens_a_file(client: Client, stranger: Client) -> None:
    name = _sent(client, _photo())
    _send(stranger, _photo())
    assert stranger.get(f"/files/{name}").status_code == 404
    stranger.cookies.clear()
    assert stranger.get(f"/files/{name}").status_code == 401


def test_who_may_read_the_chat_sees_its_files(client: Client, alice: Staff) -> None:
    assert alice.get(f"/files/{_sent(client, _photo())}").status_code == 200


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "空的"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "这种文件打不开"),
        (b"MZ" + bytes(300), "这种文件打不开"),
        (b"PK\x03\x04" + bytes(300), "这种文件打不开"),
        (_photo()[:200], "坏了"),
        (bytes(11 * 1024 * 1024), "太大了"),
    ],
)
def test_what_is_no_photo_is_refused_in_words(client: Client, content: bytes, told: str) -> None:
    answer = _send(client, content)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_name_that_climbs_out_of_its_folder_is_never_used(client: Client) -> None:
    assert _send(client, _photo(), name="../../x").status_code == 303
    assert "../../x" not in client.get("/").text


def test_a_picture_of_too_many_points_is_refused_before_it_is_drawn(client: Client) -> None:
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    answer = _send(client, bomb.getvalue())
    assert answer.status_code == 422
    assert "照片太大了" in answer.text


def test_the_same_photo_sent_twice_is_one_line(client: Client) -> None:
    _send(client, _photo(), key="same")
    _send(client, _photo(), key="same")
    assert client.get("/").text.count('class="shared" src=') == 1


def test_the_twenty_first_file_of_a_day_waits(client: Client) -> None:
    for at in range(20):
        assert _send(client, _photo((10 + at, 10)), key=f"n{at}").status_code == 303
    answer = _send(client, _photo(), key="last")
    assert answer.status_code == 429


class SlowScanner:
    """A virus scanner that takes its time."""

    def __init__(self) -> None:
        self.asked = 0
        self.let_go = threading.Event()

    def __call__(self, asked: Asked) -> None:
        self.asked += 1
        self.let_go.wait(kit.SOON)
        asked.give(200, {})


def test_many_files_at_once_keep_nobody_who_writes_waiting(helpline: Helpline) -> None:
    scanner = SlowScanner()
    with listening(scanner) as address, _scanned_by(address, helpline) as client:
        chat, form = web.open_chat(client), {"csrf": web.csrf_of(client.get("/"))}
        with ThreadPoolExecutor(8) as many:
            for at in range(8):
                many.submit(
                    client.post, "/files", data={**form, "client_id": f"{at}"}, files=_a_file()
                )
            kit.eventually(lambda: scanner.asked == lanes.THREADS_FOR_FILES)
            kit.never(lambda: scanner.asked > lanes.THREADS_FOR_FILES, within=0.5)
            assert chat.says("我不想活了").json()["mode"] == "queued"
            scanner.let_go.set()


def _scanned_by(address: str, helpline: Helpline) -> AbstractContextManager[Client]:
    settings = helpline.settings.model_copy(update={"scanner_url": address})
    return web.serving(create_app(replace(helpline, settings=settings)))


def _a_file() -> dict[str, tuple[str, bytes]]:
    return {"file": ("a.jpg", _photo())}
