"""Which questions must not be answered, learnt from refused ones and ones only like them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from knowledge import loading
from knowledge.learning import Example, Model

HARMLESS = "none"
# All kinds of refusal together less the harmless, and the likeliest kind so many times over: the
# least sum that refuses.
LIKELIEST = 3.0
LEAST = 0.17
# How a question begins and ends whatever it is about: the same before a neighbour's money and
# before the rules, so nothing is learnt from it.
AROUND = re.compile(
    r"^[^，。,]{0,6}(?:让|叫|托)我们?(?:回家|来|帮忙)?问(?:一下|问)?(?:的)?[，, ]?|"
    r"^(?:你好|您好|请问|麻烦|同志|我|俺|就|想|要|先|来|问|打听|了解|咨询|请教|知道|听|说|一|下"
    r"|哈|个|事|[，, ])*"
    r"(?:想问|问问|打听|了解|咨询|请教|请问|问)(?:一下|一哈|下|哈)?[，, ]?"
    r"|[，, ]?(?:到底)?(?:是|说的|这事)?(?:真的(?:还是)?假的|真的吗|真不真|是真是假)[？?]?$"
)
# Fewer characters than this are a follow-up, which its topic explains.
SHORTEST = 5


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Sentences by the kind of refusal that they call for."""

    lines: Mapping[str, tuple[str, ...]]

    def examples(self, harmless: Iterable[str]) -> Iterable[Example[str]]:
        """Every sentence with its kind; `harmless` are further ones that may be answered."""
        for kind, lines in self.lines.items():
            for line in lines:
                yield Example(_marked(line), kind)
        for line in harmless:
            yield Example(_marked(line), HARMLESS)

    def kind(self, model: Model[str], text: str) -> str | None:
        """The kind of refusal that a question calls for; None where it may be answered."""
        if len(text.strip()) < SHORTEST:
            return None
        scores = dict(zip(model.labels, model.scores(_marked(text)), strict=True))
        answered = scores.pop(HARMLESS)
        likeliest = max(scores, key=lambda kind: scores[kind])
        surely = sum(scores.values()) - answered + LIKELIEST * scores[likeliest]
        return likeliest if surely >= LEAST else None


def _marked(text: str) -> str:
    bare = AROUND.sub("", text)
    return f"〈{bare if len(bare) >= SHORTEST else text}〉"


_LINES = TypeAdapter[Mapping[str, tuple[str, ...]]](Mapping[str, tuple[str, ...]])


def read(lexicon: Path) -> Lessons:
    """The lessons of a lexicon."""
    return Lessons(loading.read(lexicon / "refusal_lines.yml", _LINES))
