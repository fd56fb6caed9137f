"""A sealed value opens only with its key, in its place; forgetting is destroying the key."""

import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import keys, residents, sealed
from cases.database import Store
from cases.errors import KeyDestroyedError
from cases.sealed import Place, Ring, SealError, Vault, WrappedKey
from tests.clock import Clock
from tests.forked import FORKS

HERE = Place("messages", "text", "row-1")


def _key(vault: Vault, ring: Ring = Ring.RESIDENT, row: str = "k1") -> WrappedKey:
    return WrappedKey(ring, row, vault.new_key(ring, row))


@given(text=st.text())
def test_what_is_sealed_opens_again(vault: Vault, text: str) -> None:
    key = _key(vault)
    kept = text.encode("utf-8", "replace").decode()
    assert vault.open(key, HERE, vault.seal(key, HERE, text)) == kept


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("messages", "text", "row-2"),
        Place("messages", "note", "row-1"),
        Place("questions", "text", "row-1"),
    ],
)
def test_a_value_moved_elsewhere_stays_shut(vault: Vault, elsewhere: Place) -> None:
    key = _key(vault)
    blob = vault.seal(key, HERE, "低保")
    with pytest.raises(SealError):
        vault.open(key, elsewhere, blob)


@pytest.mark.parametrize("blob", [b"", b"short", b"\0" * 40])
def test_a_damaged_value_says_so(vault: Vault, blob: bytes) -> None:
    with pytest.raises(SealError):
        vault.open(_key(vault), HERE, blob)


def test_anothers_key_does_not_open_it(vault: Vault) -> None:
    blob = vault.seal(_key(vault), HERE, "低保")
    with pytest.raises(SealError):
        vault.open(_key(vault), HERE, blob)


def test_a_reporters_key_does_not_open_under_the_residents_ring(vault: Vault) -> None:
    reporter = _key(vault, Ring.REPORTER)
    blob = vault.seal(reporter, HERE, "王某")
    with pytest.raises(SealError):
        vault.open(WrappedKey(Ring.RESIDENT, reporter.row, reporter.blob), HERE, blob)


def test_a_wrapped_key_moved_to_another_row_stays_shut(vault: Vault) -> None:
    key = _key(vault)
    with pytest.raises(SealError):
        vault.seal(WrappedKey(key.ring, "k2", key.blob), HERE, "低保")


def test_the_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    sealed.open_or_create(tmp_path / "keys")
    assert (tmp_path / "keys" / "master.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    sealed.open_or_create(tmp_path)
    (tmp_path / "master.json").chmod(0o640)
    with pytest.raises(SealError, match="chmod 600"):
        sealed.open_or_create(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '"x"',
        json.dumps({"resident": {}, "reporter": {}}),
        json.dumps({"resident": {"1": "c2hvcnQ="}, "reporter": {"1": "c2hvcnQ="}}),
        json.dumps({"resident": {"1": 3}, "reporter": {"1": 3}}),
    ],
)
def test_a_damaged_key_file_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    path = tmp_path / "master.json"
    path.touch(mode=0o600)
    path.write_text(content)
    with pytest.raises(SealError, match="damaged"):
        sealed.open_or_create(tmp_path)
    assert path.read_text() == content


def _first_start(folder: Path) -> str:
    return sealed.open_or_create(folder).blind("same", "key")


def test_processes_at_their_first_start_agree_on_one_key_file(tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=FORKS) as processes:
        seen = set(processes.map(_first_start, [tmp_path / "keys"] * 8))
    assert len(seen) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["master.json"]


def test_what_was_sealed_before_a_rotation_still_opens(tmp_path: Path) -> None:
    before = sealed.open_or_create(tmp_path)
    key = _key(before)
    blob = before.seal(key, HERE, "低保")
    sealed.rotate(tmp_path)
    assert sealed.open_or_create(tmp_path).open(key, HERE, blob) == "低保"


def test_a_rewrapped_key_stands_under_the_new_master_and_opens_the_same(tmp_path: Path) -> None:
    before = sealed.open_or_create(tmp_path)
    key = _key(before)
    blob = before.seal(key, HERE, "低保")
    sealed.rotate(tmp_path)
    after = sealed.open_or_create(tmp_path)
    rewrapped = WrappedKey(key.ring, key.row, after.rewrap(key.ring, key.row, key.blob))
    assert after.open(rewrapped, HERE, blob) == "低保"
    with pytest.raises(SealError, match="version 2"):
        before.open(rewrapped, HERE, blob)


def test_look_ups_survive_a_rotation(tmp_path: Path) -> None:
    before = sealed.open_or_create(tmp_path).blind("phone", "13800138000")
    sealed.rotate(tmp_path)
    sealed.rotate(tmp_path)
    assert sealed.open_or_create(tmp_path).blind("phone", "13800138000") == before


def test_a_rotation_that_was_cut_off_can_be_repeated(tmp_path: Path) -> None:
    sealed.open_or_create(tmp_path)
    (tmp_path / "master.new").write_text("half")
    sealed.rotate(tmp_path)
    assert set(json.loads((tmp_path / "master.json").read_text())["resident"]) == {"1", "2"}


def test_nothing_opens_after_somebody_was_forgotten(store: Store, clock: Clock) -> None:
    with store.write() as session:
        someone = residents.create(session, now=clock.now)
        blob = keys.seal(session, someone.key_id, HERE, "尿毒症")
        keys.destroy(session, someone.key_id, now=clock.now)
    with store.read() as session, pytest.raises(KeyDestroyedError):
        keys.unseal(session, someone.key_id, HERE, blob)


def test_a_destroyed_key_lies_in_no_file_any_more(sqlite_store: Store, clock: Clock) -> None:
    with sqlite_store.write() as session:
        key_id = keys.create(session, now=clock.now)
        wrapped = session.get_one(keys.DataKey, key_id).wrapped
    with sqlite_store.write() as session:
        keys.destroy(session, key_id, now=clock.now)
    with sqlite_store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(str(sqlite_store.engine.url.database))
    assert wrapped not in path.read_bytes()
