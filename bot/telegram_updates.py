"""What is kept of a raw Telegram update, and whose order it belongs to; no library is needed."""

import hashlib
import json

from cases.channels.intake import Raw

CHANNEL = "telegram"
WEBHOOK = "/channels/telegram"
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
# What stays with Telegram where sensitive facts may not travel this way: not even its id is kept.
WITHHELD = (
    *("location", "venue", "contact", "photo", "voice", "audio", "video", "video_note"),
    *("document", "animation"),
)
MARK = "withheld"
LARGEST_ID = 2**63 - 1


def raw(update: object, *, carries_sensitive: bool) -> Raw:
    """An update as it is kept. Raises ValueError when it has no id."""
    number = update.get("update_id") if isinstance(update, dict) else None
    usable = isinstance(number, int) and 0 <= number < LARGEST_ID
    if not isinstance(update, dict) or not isinstance(number, int) or not usable:
        raise ValueError("Telegram handed in an update without an id.")
    kept = update if carries_sensitive else _without_media(update)
    return Raw(str(number), number, _chat_of(update), json.dumps(kept, ensure_ascii=False))


def unreadable(body: bytes) -> Raw:
    """What came under the right secret and is no update: kept once, for a person to look at."""
    name = f"unreadable:{hashlib.sha256(body).hexdigest()[:32]}"
    return Raw(name, 0, name, body.decode("utf-8", "replace"))


def _without_media(update: dict[str, object]) -> dict[str, object]:
    return {
        name: _stripped(part) if name in KINDS and isinstance(part, dict) else part
        for name, part in update.items()
    }


def _stripped(message: dict[str, object]) -> dict[str, object]:
    """The message without what may not travel this way; which kind that was is noted."""
    kept = {
        name: _stripped(part) if name == "message" and isinstance(part, dict) else part
        for name, part in message.items()
        if name not in WITHHELD and not name.startswith(("external_", "reply_"))
    }
    gone = next((name for name in WITHHELD if name in message), None)
    return kept if gone is None else {**kept, MARK: gone}


def _chat_of(update: dict[str, object]) -> str:
    """Whose order an update belongs to, read without trusting its shape."""
    for kind in KINDS:
        about = update.get(kind)
        about = about.get("message", about) if isinstance(about, dict) else None
        if isinstance(about, dict) and isinstance(about.get("migrate_to_chat_id"), int):
            # Before what comes from the new address, or that would open another conversation.
            return str(about["migrate_to_chat_id"])
        chat = about.get("chat") if isinstance(about, dict) else None
        if isinstance(chat, dict) and "id" in chat:
            return str(chat["id"])
    return f"none:{update['update_id']}"
