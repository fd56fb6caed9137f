"""A database that other processes open too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cases import sealed
from cases.database import Store


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """The folder of a key file that the processes share."""
    folder = tmp_path / "keys"
    sealed.open_or_create(folder)
    return folder


@pytest.fixture
def shared(store: Store, keys: Path) -> Iterator[Store]:
    """The database of this test under the keys of all processes."""
    address = store.engine.url.render_as_string(hide_password=False)
    opened = Store(address, sealed.open_or_create(keys))
    yield opened
    opened.close()
