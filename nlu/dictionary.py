"""Which words there are, how often and of which kind: jieba's dictionary and ours, kept ready."""

import hashlib
import logging
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jieba
import numpy as np
from numpy.typing import NDArray

from knowledge import lexicon, remembering

log = logging.getLogger(__name__)
OURS = lexicon.FOLDER / "dictionary.txt"
# Beginnings of words stand among the words too, so that jieba knows when to look further.
NO_KIND = ""


@dataclass(frozen=True, slots=True)
class Words:
    """How often each word and each beginning of one is met, and which kind each word is of."""

    often: Mapping[str, int]
    total: int
    kinds: Mapping[str, str]


class Shelf:
    """The words of this process: read once, by whoever needs them first."""

    def __init__(self) -> None:
        self._words: Words | None = None

    def words(self) -> Words:
        """All words; both dictionaries are read anew unless they were made ready."""
        if self._words is None:
            self._words = _read()
        return self._words

    def make_ready(self, folder: Path) -> None:
        """Take the words kept in this folder, else read them and keep them there.

        Not in the folder for temporary files, where jieba would: there anybody may put some.
        """
        place = folder / f"words-{_digest()}.npz"
        try:
            self._words = self._words or _restored(place)
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
            self.words()
        if place.exists():
            return
        try:
            _keep(self.words(), place)
        except OSError:
            log.warning("The words could not be kept; the next start reads them anew.")


SHELF = Shelf()


def _read() -> Words:
    reader = jieba.Tokenizer()
    reader.FREQ, reader.total = reader.gen_pfdict(reader.get_dict_file())
    reader.initialized = True
    with reader.get_dict_file() as file:
        rows = (line.decode("utf-8").split() for line in file)
        kinds = {word: kind for word, _, kind in rows}
    # Given a path, jieba would leave the file open.
    with OURS.open("rb") as file:
        reader.load_userdict(file)
    return Words(reader.FREQ, reader.total, {**kinds, **reader.user_word_tag_tab})


def _keep(words: Words, place: Path) -> None:
    names = (NO_KIND, *sorted(set(words.kinds.values())))
    at = {name: number for number, name in enumerate(names)}
    arrays: dict[str, NDArray[np.generic]] = {
        "words": np.frombuffer("\n".join(words.often).encode(), np.uint8),
        "often": np.fromiter(words.often.values(), np.int64),
        "total": np.array(words.total),
        "names": np.array(names),
        "kinds": np.array([at[words.kinds.get(word, NO_KIND)] for word in words.often], np.uint8),
    }
    remembering.keep(place, arrays, instead_of="words-*.npz")


def _restored(place: Path) -> Words:
    with place.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        words = kept["words"].tobytes().decode().split("\n")
        names = [str(name) for name in kept["names"]]
        often = dict(zip(words, kept["often"].tolist(), strict=True))
        known = zip(words, kept["kinds"].tolist(), strict=True)
        return Words(often, int(kept["total"]), {word: names[at] for word, at in known if at})


def _digest() -> str:
    made_from = (jieba.__version__.encode(), OURS.read_bytes(), Path(__file__).read_bytes())
    return hashlib.sha256(b"\0".join(made_from)).hexdigest()[:12]
