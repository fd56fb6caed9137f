"""A file is known by its content, made harmless, and not kept against a scanner or without it."""

import contextlib
import io
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.inspection import RefusedError, Scanner, Why, inspect
from bot.recognising import Recogniser
from cases.talk.attachments import FileKind, Harmless
from tests.peers.listening import Asked, listening

VOICE = Harmless(FileKind.VOICE, "audio/ogg", b"OggS")
HIDDEN = b"<script>alert(1)</script>"


def _picture(kind: str, size: tuple[int, int] = (30, 20)) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "navy").save(drawn, kind)
    return drawn.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_every_usual_picture_becomes_a_jpeg(kind: str) -> None:
    kept = inspect(_picture(kind))
    assert (kept.kind, kept.media_type) == (FileKind.PHOTO, "image/jpeg")
    assert Image.open(io.BytesIO(kept.content)).format == "JPEG"


def test_what_hides_behind_a_picture_is_left_behind() -> None:
    assert HIDDEN not in inspect(_picture("PNG") + HIDDEN).content


def test_a_photo_held_upright_stands_upright() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20)).save(drawn, "JPEG", exif=turned.tobytes())
    assert Image.open(io.BytesIO(inspect(drawn.getvalue()).content)).size == (20, 40)


def test_a_large_photo_is_drawn_smaller() -> None:
    kept = Image.open(io.BytesIO(inspect(_picture("JPEG", (4000, 3000))).content))
    assert kept.size == (2400, 1800)


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"#!AMR\n" + b"\x3c" * 100, "audio/amr"),
        (b"OggS\x00\x02" + bytes(22) + b"OpusHead", "audio/ogg"),
        (b"ID3\x03" + bytes(300), "audio/mpeg"),
        (b"\0\0\0\x20ftypM4A \0\0\0\0M4A mp42isom" + bytes(100), "audio/mp4"),
    ],
)
def test_recordings_are_known_by_their_first_bytes(head: bytes, media_type: str) -> None:
    kept = inspect(head)
    assert (kept.kind, kept.media_type) == (FileKind.VOICE, media_type)


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_whatever_comes_is_kept_or_refused_and_nothing_else_happens(content: bytes) -> None:
    with contextlib.suppress(RefusedError):
        assert inspect(content).content


def _scanned(status: int) -> Why | None:
    def answer(asked: Asked) -> None:
        asked.give(status, {})

    with listening(answer) as address:
        try:
            inspect(_picture("PNG"), Scanner(address))
        except RefusedError as error:
            return error.why
    return None


@pytest.mark.parametrize(
    ("status", "why"), [(200, None), (422, Why.INFECTED), (500, Why.NOT_SCANNED)]
)
def test_the_scanner_has_the_last_word(status: int, why: Why | None) -> None:
    assert _scanned(status) is why


def test_without_its_scanner_nothing_is_kept() -> None:
    with listening(lambda asked: asked.cut()) as address:
        scanner = Scanner(address)
    with pytest.raises(RefusedError, match="not_scanned"):
        inspect(_picture("PNG"), scanner)


def test_a_recogniser_writes_down_what_it_hears() -> None:
    with listening(lambda asked: asked.give(200, {"text": " 家里没米了 "})) as address:
        assert Recogniser(address).hear(VOICE) == "家里没米了"


@pytest.mark.parametrize("body", ["[]", "no json", '{"text": 3}'])
def test_a_recogniser_that_babbles_leaves_it_to_a_person(body: str) -> None:
    with listening(lambda asked: asked.say(200, body)) as address:
        assert not Recogniser(address).hear(VOICE)


def test_a_picture_that_must_be_read_whole_may_be_less_large() -> None:
    size = (6000, 5000)
    assert inspect(_picture("JPEG", size)).kind is FileKind.PHOTO
    with pytest.raises(RefusedError) as refused:
        inspect(_picture("PNG", size))
    assert refused.value.why is Why.TOO_MANY_PIXELS


MEASURED = """
import resource, sys
from bot import inspection
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
inspection.inspect(sys.stdin.buffer.read())
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_photo_of_fifty_million_points_takes_little_memory() -> None:
    photo = _picture("JPEG", (7000, 7000))
    drawn = subprocess.run(
        [sys.executable, "-c", MEASURED], input=photo, capture_output=True, check=True
    )
    assert int(drawn.stdout) < 200
