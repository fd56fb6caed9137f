"""Where learnt models are kept between starts: learning costs seconds, reading them does not."""

import hashlib
import logging
import os
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

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
        place = self.folder / f"{name}-{version}-{_code()}.npz"
        try:
            return learning.restore(place, label)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            model = Model.learn(examples())
        try:
            self._keep(name, place, model)
        except OSError:
            log.warning("A learnt model could not be kept; the next start learns it anew.")
        return model

    def _keep(self, name: str, place: Path, model: Model[Label]) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        half = place.with_suffix(f".{os.getpid()}.half")
        with half.open("wb") as file:
            np.savez(file, allow_pickle=False, **model.arrays())
        half.replace(place)
        for older in place.parent.glob(f"{name}-*.npz"):
            if older != place:
                older.unlink(missing_ok=True)


NOTHING_KEPT = Memory(None)


def _code() -> str:
    digest = hashlib.sha256()
    for path in CODE:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
