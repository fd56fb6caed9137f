"""WeChat's encryption gives what its published samples give, and opens nothing that was altered."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import wechat_crypt
from bot.wechat_crypt import Crypt, ForgedMessageError

# The samples that go with WeChat's own libraries.
SAMPLE = Crypt("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxb11529c136998cb6")
SALT = b"aaaabbbbccccdddd"
PLAIN = "我是中文abcd123"
SEALED = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="


def test_the_published_sample_is_encrypted_as_published() -> None:
    assert SAMPLE.encrypt(PLAIN, salt=SALT) == SEALED


def test_the_published_sample_is_decrypted() -> None:
    assert SAMPLE.decrypt(SEALED) == PLAIN


@given(st.text(max_size=300))
def test_what_was_encrypted_is_read_again(text: str) -> None:
    clean = text.encode("utf-8", "replace").decode()
    assert SAMPLE.decrypt(SAMPLE.encrypt(clean)) == clean


def test_another_accounts_message_is_not_opened() -> None:
    with pytest.raises(ForgedMessageError):
        Crypt(SAMPLE.key, "wx0000000000000000").decrypt(SEALED)


@pytest.mark.parametrize("at", [0, 17, 40, 63])
def test_an_altered_message_is_not_taken_for_the_original(at: int) -> None:
    raw = bytearray(base64.b64decode(SEALED))
    raw[at] ^= 1
    try:
        text = SAMPLE.decrypt(base64.b64encode(bytes(raw)).decode())
    except ForgedMessageError:
        return
    # The cipher alone does not notice every change: the signature over it does.
    sealed = base64.b64encode(bytes(raw)).decode()
    signed = wechat_crypt.signature("t", "1", "n", SEALED)
    assert not wechat_crypt.is_signed(signed, "t", "1", "n", sealed), text


@pytest.mark.parametrize("sealed", ["", "x", "AAAA", "=" * 8, "汉字", "A" * 43 + "="])
def test_nonsense_is_refused(sealed: str) -> None:
    with pytest.raises(ForgedMessageError):
        SAMPLE.decrypt(sealed)


def test_a_signature_does_not_depend_on_the_order_of_its_parts() -> None:
    assert wechat_crypt.signature("c", "a", "b") == wechat_crypt.signature("a", "b", "c")
    assert wechat_crypt.signature("spamtest", "1409735669", "1320562132") == (
        wechat_crypt.signature("1320562132", "spamtest", "1409735669")
    )
