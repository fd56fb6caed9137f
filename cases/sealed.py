"""How personal columns are encrypted: a key for each resident, under master keys in a file."""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32
FIRST = 1


class Ring(StrEnum):
    """Whose keys: reporters stand under another master key than everybody else."""

    RESIDENT = "resident"
    REPORTER = "reporter"


class SealError(Exception):
    """A sealed value cannot be opened, or the key file is not usable."""


@dataclass(frozen=True)
class Place:
    """Where a sealed value stands. Moved to another row it stays shut."""

    table: str
    column: str
    row: str

    def bound(self, version: int) -> bytes:
        """What the cipher authenticates together with the value."""
        return f"{self.table}\x1f{self.column}\x1f{self.row}\x1f{version}".encode()


class Vault:
    """Seals and opens values. Holds the master keys of both rings in memory, never a data key."""

    def __init__(self, masters: Mapping[Ring, Mapping[int, bytes]]) -> None:
        self._masters = {ring: dict(versions) for ring, versions in masters.items()}
        if any(len(key) != KEY_BYTES for ring in Ring for key in self._masters[ring].values()):
            raise ValueError("A master key has the wrong length.")
        self._index_key = HKDF(
            algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"zhulian blind index"
        ).derive(self._masters[Ring.RESIDENT][FIRST])

    def new_key(self, ring: Ring, row: str) -> bytes:
        """A fresh data key, wrapped under the newest master key; `row` names the key's own row."""
        version = max(self._masters[ring])
        place = Place("data_keys", "wrapped", row)
        key = secrets.token_bytes(KEY_BYTES)
        return version.to_bytes(2) + _encrypt(
            self._masters[ring][version], key, place.bound(version)
        )

    def rewrap(self, ring: Ring, row: str, wrapped: bytes) -> bytes:
        """The same data key under the newest master key."""
        key = self._unwrap(ring, row, wrapped)
        version = max(self._masters[ring])
        place = Place("data_keys", "wrapped", row)
        return version.to_bytes(2) + _encrypt(
            self._masters[ring][version], key, place.bound(version)
        )

    def seal(self, wrapped: "WrappedKey", place: Place, text: str) -> bytes:
        """The text as bytes that only this vault opens, and only at this place."""
        return self.seal_bytes(wrapped, place, text.encode("utf-8", "replace"))

    def open(self, wrapped: "WrappedKey", place: Place, blob: bytes) -> str:
        """The text again. Raises SealError where value, place or key do not belong together."""
        return self.open_bytes(wrapped, place, blob).decode()

    def seal_bytes(self, wrapped: "WrappedKey", place: Place, content: bytes) -> bytes:
        """The same for what is no text: a picture, a recording."""
        key = self._unwrap(wrapped.ring, wrapped.row, wrapped.blob)
        return _encrypt(key, content, place.bound(0))

    def open_bytes(self, wrapped: "WrappedKey", place: Place, blob: bytes) -> bytes:
        """What `seal_bytes` sealed. Raises SealError as `open` does."""
        key = self._unwrap(wrapped.ring, wrapped.row, wrapped.blob)
        return _decrypt(key, blob, place.bound(0))

    def blind(self, purpose: str, value: str) -> str:
        """A keyed fingerprint to look a value up without keeping it."""
        message = f"{purpose}\x1f{value}".encode("utf-8", "replace")
        return hmac.new(self._index_key, message, hashlib.sha256).hexdigest()

    def _unwrap(self, ring: Ring, row: str, wrapped: bytes) -> bytes:
        version = int.from_bytes(wrapped[:2])
        master = self._masters[ring].get(version)
        if master is None:
            raise SealError(f"Key version {version} is missing; restore the key file's backup.")
        return _decrypt(master, wrapped[2:], Place("data_keys", "wrapped", row).bound(version))


@dataclass(frozen=True)
class WrappedKey:
    """A resident's data key as it is kept: useless without the master key file."""

    ring: Ring
    row: str
    blob: bytes


def _encrypt(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _decrypt(key: bytes, blob: bytes, bound: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise SealError("A sealed value does not belong to this row or this key.") from error


def open_or_create(folder: Path) -> Vault:
    """The vault over the key file in `folder`, made at the first start, for its owner alone."""
    path = folder / "master.json"
    if not path.exists():
        _write_new(path)
    if path.stat().st_mode & 0o077:
        raise SealError(f"{path} can be read by others; run: chmod 600 {path}")
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Vault(
            {ring: {int(v): base64.b64decode(k) for v, k in raw[ring].items()} for ring in Ring}
        )
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise SealError(f"{path} is damaged; put the backup of the key file there.") from error


def rotate(folder: Path) -> None:
    """Add a newer master key to each ring; old ones stay until every data key is rewrapped.

    The first one stays for ever: look-ups are made with it.
    """
    path = folder / "master.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    for ring in Ring:
        newest = max(int(version) for version in raw[ring])
        raw[ring][str(newest + 1)] = _fresh()
    draft = _draft_of(path)
    _write_private(draft, json.dumps(raw))
    draft.replace(path)
    _keep_name(path.parent)


def _write_new(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft_of(path)
    _write_private(draft, json.dumps({ring: {str(FIRST): _fresh()} for ring in Ring}))
    try:
        # Linking, not renaming: two processes at their first start must agree on one key file.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _keep_name(path.parent)


def _draft_of(path: Path) -> Path:
    return path.with_name(f"master.{secrets.token_hex(4)}.new")


def _keep_name(folder: Path) -> None:
    # A key file that a power cut takes away takes with it all that was sealed under it.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _fresh() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
