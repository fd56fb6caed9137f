"""How many made-up names pass the mask before Rasa, and what it hides in sentences without any.

    python -m benchmarks.masked_names [--show] [FILE …]

Names are put together from `made_up_names.yml`. FILE: more texts, one a line, read for what is
hidden in them; without one, the training sentences are. --show prints what was hidden there.
"""

import argparse
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks import measuring
from nlu import examples, masking, names, tokenise

HERE = Path(__file__).parent
DATA = HERE.parent / "nlu" / "rasa" / "data"
SLOT = "{}"
SEED = 1
MOST = 150
SHOWN = 60


def hidden(text: str) -> str:
    """The text as Rasa would be sent it."""
    return names.mask(tokenise.window(masking.mask(text)))


def made_up() -> dict[str, list[str]]:
    """Names of one given character, of two, and names that are words."""
    parts = _parts()
    families = str(parts["families"])
    short = [a + b for a, b in itertools.product(families, str(parts["one"])) if a != b]
    long = [a + b for a, b in itertools.product(families, str(parts["two"]).split())]
    return {"one": short, "two": long, "words": str(parts["words"]).split()}


def slips(frames: list[str], some: list[str]) -> Iterator[bool]:
    """Of each name in each sentence: whether any of it can still be read."""
    rng = random.Random(SEED)  # noqa: S311 - a draw that can be repeated, no secret.
    for frame in frames:
        before, after = frame.split(SLOT)
        for name in rng.sample(some, min(MOST, len(some))):
            rest = hidden(frame.replace(SLOT, name))
            rest = rest.removeprefix(before).removesuffix(after)
            yield any(character in rest.replace(masking.NAME_MASK, "") for character in name)


def _parts() -> dict[str, object]:
    parts: dict[str, object] = yaml.safe_load(
        (HERE / "made_up_names.yml").read_text(encoding="utf-8")
    )
    return parts


def _frames(place: str) -> list[str]:
    rows = _parts()[place]
    return [str(row) for row in rows] if isinstance(rows, list) else []


def _show_slips() -> None:
    rows = []
    for place, (kind, some) in itertools.product(("announced", "bare"), made_up().items()):
        found = list(slips(_frames(place), some))
        share = sum(found) / len(found)
        rows.append((f"{place}, {kind}", str(len(found)), str(sum(found)), f"{share:.2%}"))
    measuring.show("Names", ("where, given name", "tried", "passed", "share"), rows)


def _show_hidden(texts: list[str], *, show: bool) -> None:
    counted: Counter[str] = Counter()
    touched = 0
    for text in texts:
        masked = hidden(text)
        pieces = re.escape(masked).replace(re.escape(masking.NAME_MASK), "(.+?)")
        found = re.fullmatch(pieces, text)
        touched += masking.NAME_MASK in masked
        counted.update(() if found is None else found.groups())
    title = f"{touched} of {len(texts)} texts have a word taken for a name"
    measuring.show(title, ("word", "times"), [(a, str(n)) for a, n in counted.most_common(SHOWN)])
    if show:
        print(" ".join(sorted(counted)))


def main() -> None:
    """Print both shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    _show_slips()
    lines = [line for file in asked.files for line in file.read_text(encoding="utf-8").splitlines()]
    _show_hidden(lines or [one.text for one in examples.read(DATA)], show=asked.show)


if __name__ == "__main__":
    main()
