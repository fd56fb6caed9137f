"""Whether a file that somebody sends may be kept, and how it is made harmless first."""

import io
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import filetype
import httpx
from PIL import Image, ImageOps, UnidentifiedImageError

from cases.talk.attachments import FileKind, Harmless

MOST_BYTES = 10 * 1024 * 1024
# A photo of a telephone is drawn smaller while it is read; any other picture is read whole.
MOST_PIXELS = 50_000_000
MOST_PIXELS_WHOLE = 25_000_000
# Larger pictures show nothing more on a console; a letter on a photographed page stays legible.
LONGEST_SIDE = 2400
QUALITY = 82
PICTURES = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
# What a recording is found to be, and as what it is handed out: sound alone, also from a film.
VOICES = {
    "audio/aac": "audio/aac",
    "audio/amr": "audio/amr",
    "audio/mp4": "audio/mp4",
    "audio/mpeg": "audio/mpeg",
    "audio/ogg": "audio/ogg",
    "audio/x-wav": "audio/wav",
    "video/mp4": "audio/mp4",
    "video/webm": "audio/webm",
}
PDF = "application/pdf"
SCAN_SECONDS = 15
INFECTED = 422
# While it is drawn a picture takes some hundred MiB: those of all channels are drawn in turn.
_DRAWING = threading.Lock()


class Why(StrEnum):
    """Why a file was not taken; each has its sentence for whoever sent it."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    UNKNOWN_KIND = "unknown_kind"
    DAMAGED = "damaged"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


class RefusedError(Exception):
    """A file is not taken."""

    def __init__(self, why: Why) -> None:
        super().__init__(f"The file was refused: {why}.")
        self.why = why


Scan = Callable[[bytes], None]


@dataclass(frozen=True)
class Scanner:
    """A virus scanner behind HTTP: it gets the bytes, answers 2xx for clean, 422 for infected."""

    address: str

    def __call__(self, content: bytes) -> None:
        """Raises RefusedError, also where the scanner is away: what is not scanned is not kept."""
        try:
            answer = httpx.post(self.address, content=content, timeout=SCAN_SECONDS)
        except httpx.HTTPError as error:
            raise RefusedError(Why.NOT_SCANNED) from error
        if answer.status_code == INFECTED:
            raise RefusedError(Why.INFECTED)
        if not answer.is_success:
            raise RefusedError(Why.NOT_SCANNED)


def inspect(content: bytes, scan: Scan | None = None) -> Harmless:
    """The file as it may be kept. Its type is told by its content; name and claims count nothing.

    Pictures are drawn anew, which leaves their metadata (place, device) and all that hides behind
    them. Raises RefusedError.
    """
    if not content:
        raise RefusedError(Why.EMPTY)
    if len(content) > MOST_BYTES:
        raise RefusedError(Why.TOO_LARGE)
    if scan is not None:
        scan(content)
    found = filetype.guess_mime(content) or ""
    if found == PDF:
        return Harmless(FileKind.DOCUMENT, PDF, content)
    if found in VOICES:
        return Harmless(FileKind.VOICE, VOICES[found], content)
    with _DRAWING:
        return Harmless(FileKind.PHOTO, "image/jpeg", _redrawn(content))


def _redrawn(content: bytes) -> bytes:
    with warnings.catch_warnings():
        # A picture somewhat over Pillow's own limit is only warned of; here it counts as refused.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=PICTURES) as picture:
                most = MOST_PIXELS if picture.format == "JPEG" else MOST_PIXELS_WHOLE
                if picture.width * picture.height > most:
                    raise RefusedError(Why.TOO_MANY_PIXELS)
                return _jpeg(picture)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise RefusedError(Why.TOO_MANY_PIXELS) from error
        except UnidentifiedImageError as error:
            raise RefusedError(Why.UNKNOWN_KIND) from error
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise RefusedError(Why.DAMAGED) from error


def _jpeg(picture: Image.Image) -> bytes:
    # First smaller, then turned: a copy of the whole is never made.
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=1.0)
    # A phone held upright says so in the metadata alone.
    upright = ImageOps.exif_transpose(picture)
    clear = upright.convert("RGBA")
    paper = Image.new("RGB", clear.size, "white")
    paper.paste(clear, mask=clear.getchannel("A"))
    drawn = io.BytesIO()
    paper.save(drawn, "JPEG", quality=QUALITY, optimize=True)
    return drawn.getvalue()
