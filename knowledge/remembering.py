"""What is kept between starts: learnt models, and that this content has passed its checks."""

import hashlib
import logging
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge import learning
from knowledge.learning import Example, Model

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
# What a model depends on besides the content: how sentences are prepared and learnt.
PARTS = ("finder", "learning", "refusing", "cues", "tokens", "normalise")
CODE = tuple(HERE / f"{name}.py" for name in PARTS)
Label = TypeVar("Label", bound=str)


@dataclass(frozen=True, slots=True)
class Memory:
    """A folder of learnt models, each named after what it was learnt from; None keeps nothing."""

    folder: Path | None

    def model(
        self,
        name: str,
        version: str,
        examples: Callable[[], Iterable[Example[Label]]],
        label: Callable[[str], Label],
    ) -> Model[Label]:
        """The model kept for this version of the content, else learnt now and kept.

        A file that cannot be read or written costs only the time of learning anew.
        """
        if self.folder is None:
            return Model.learn(examples())
        place = self.folder / f"{name}-{version}-{_digest(CODE)}.npz"
        try:
            return learning.restore(place, label)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            model = Model.learn(examples())
        try:
            keep(place, model.arrays(), instead_of=f"{name}-*.npz")
        except OSError:
            log.warning("A learnt model could not be kept; the next start learns it anew.")
        return model

    def check_once(self, name: str, version: str, check: Callable[[], None]) -> None:
        """Run a check of the content unless it has passed for this version of it and of our code.

        What does not pass raises, and is checked again at the next start.
        """
        if self.folder is None:
            check()
            return
        passed = self.folder / f"{name}-{version}-{_digest(sorted(HERE.glob('*.py')))}.passed"
        if passed.exists():
            return
        check()
        try:
            passed.parent.mkdir(parents=True, exist_ok=True)
            passed.touch()
        except OSError:
            log.warning("That the content is right could not be noted; the next start checks it.")
            return
        for older in passed.parent.glob(f"{name}-*.passed"):
            if older != passed:
                older.unlink(missing_ok=True)


def keep(place: Path, arrays: Mapping[str, NDArray[np.generic]], *, instead_of: str) -> None:
    """Write arrays to a file, whole or not at all, in the place of those that match a pattern."""
    place.parent.mkdir(parents=True, exist_ok=True)
    half = place.with_suffix(f".{os.getpid()}.half")
    with half.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    half.replace(place)
    for older in place.parent.glob(instead_of):
        if older != place:
            older.unlink(missing_ok=True)


NOTHING_KEPT = Memory(None)


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
