"""How WeChat's messages are signed and encrypted, after its documents for official accounts."""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

# The padding goes up to blocks of 32, whatever the cipher's own block is.
BLOCK = 32
RANDOM_BYTES = 16
LENGTH_BYTES = 4


class ForgedMessageError(ValueError):
    """It was not encrypted for this account under this key."""


def signature(*parts: str) -> str:
    """The signature over the token, the time, the nonce and, when encrypted, the text."""
    # The algorithm is WeChat's choice; the token in it is the secret.
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """Whether this is the signature of these parts, compared in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), signature(*parts).encode())


@dataclass(frozen=True)
class Crypt:
    """The key of one account. `key` is the 43 letters that the account's page shows."""

    key: str
    account: str

    def encrypt(self, text: str, *, salt: bytes | None = None) -> str:
        """The text as only the account's own server can read it."""
        body, account = text.encode(), self.account.encode()
        length = struct.pack(">I", len(body))
        plain = (salt or secrets.token_bytes(RANDOM_BYTES)) + length + body + account
        fill = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def decrypt(self, sealed: str) -> str:
        """The text. Raises ForgedMessageError."""
        try:
            decryptor = self._cipher().decryptor()
            plain = decryptor.update(base64.b64decode(sealed, validate=True))
            plain += decryptor.finalize()
            body = _unfilled(plain)[RANDOM_BYTES:]
            (length,) = struct.unpack(">I", body[:LENGTH_BYTES])
            text, account = body[LENGTH_BYTES:][:length], body[LENGTH_BYTES + length :]
            if len(text) != length or not hmac.compare_digest(account, self.account.encode()):
                raise ForgedMessageError("This was encrypted for another account.")
            return text.decode()
        except (binascii.Error, struct.error, ValueError, IndexError) as error:
            raise ForgedMessageError("This cannot be decrypted with the account's key.") from error

    def _cipher(self) -> Cipher[CBC]:
        key = base64.b64decode(f"{self.key}=")
        return Cipher(AES(key), CBC(key[:16]))


def _unfilled(plain: bytes) -> bytes:
    fill = plain[-1]
    if not 1 <= fill <= BLOCK or plain[-fill:] != bytes([fill]) * fill:
        raise ForgedMessageError("This is not filled up as agreed.")
    return plain[:-fill]
