"""How passwords are kept and checked: argon2id, at most two at a time."""

import threading
from functools import lru_cache

import anyio
from anyio import to_thread
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

HASHINGS_AT_ONCE = 2
SHORTEST = 10
LONGEST = 200
# Each hashing takes 64 MiB: a flood of sign-ins must not take the memory of the chat.
_AT_ONCE = threading.BoundedSemaphore(HASHINGS_AT_ONCE)
_HASHER = PasswordHash((Argon2Hasher(),))


class TooWeakError(ValueError):
    """The password is too short; choose a longer one."""


def hash_new(password: str) -> str:
    """The fingerprint that is kept. Raises TooWeakError."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise TooWeakError(f"A password needs {SHORTEST} to {LONGEST} characters.")
    with _AT_ONCE:
        return _HASHER.hash(password.encode("utf-8", "replace"))


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password. Without a fingerprint it takes as long, and is False."""
    plain = password[:LONGEST].encode("utf-8", "replace")
    expected = kept or _nobodys()
    with _AT_ONCE:
        return _HASHER.verify(plain, expected) and kept is not None


async def matches_in_turn(password: str, kept: str | None) -> bool:
    """`matches`, waiting in line without holding a thread of the chat."""
    return await to_thread.run_sync(matches, password, kept, limiter=_lane())


async def hash_in_turn(password: str) -> str:
    """`hash_new`, waiting in line without holding a thread of the chat."""
    return await to_thread.run_sync(hash_new, password, limiter=_lane())


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")


@lru_cache(maxsize=1)
def _lane() -> anyio.CapacityLimiter:
    return anyio.CapacityLimiter(HASHINGS_AT_ONCE)
