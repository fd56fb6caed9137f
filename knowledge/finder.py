"""Which guide answers a question, and which side of it is asked for."""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from knowledge import cues, remembering, tokens
from knowledge.cues import Cues, Refusal
from knowledge.entries import Guide
from knowledge.learning import Example
from knowledge.loading import Named
from knowledge.names import Aspect, Programme, Region
from knowledge.normalise import normalise
from knowledge.remembering import Memory

LEAST = 0.13
LEAST_NAMED = 0.05
LEAST_ASPECT = 0.2
LEANING = 0.05
NAMED = 0.07
ELSEWHERE = 0.15
LEAST_BESIDE = 0.2
HERE = 0.05
CUE_WEIGHT = 0.02
TOLD = 0.15
UNDERSTOOD = 0.03
HELD = 0.1
# A topic goes before the programme that is named with it from here on, if it leads by so much.
TOPIC = 0.3
TOPIC_LEADS = 0.12
AHEAD = 0.3
SHORT_FOLLOW_UP = 0.35
LONGEST_FOLLOW_UP = 14
MOST = 11
BLANK = " "
HOLDER = re.compile(r"户|对象|人员|家庭|家的|老人|里的")
SENTENCES_KEPT = 32768
# What the guides are told apart from: questions that none of them answers.
NOTHING = ""
SAID, UNSAID = "said", "unsaid"
LEAST_UNSAID = -0.85
SHORTEST_SILENCE = 10

Scores = NDArray[np.float64]
Guides = Mapping[tuple[Region, str], Guide]


@dataclass(frozen=True, slots=True)
class Match:
    """A guide and how surely it is meant: about 1 certain, under 0.2 hardly."""

    guide: str
    score: float


class Finder:
    """Learnt once from the ways of asking that stand in the content."""

    def __init__(
        self,
        guides: Guides,
        labels: Mapping[str, Mapping[str, Named]],
        reading: Cues,
        *,
        version: str = "",
        memory: Memory = remembering.NOTHING_KEPT,
    ) -> None:
        self._cues = reading
        self._names = _name_finder(labels["programmes"])
        self._programmes = {name: guide.programme for (_, name), guide in guides.items()}
        self._programmes[NOTHING] = None
        self._about = {name: guide.about for (_, name), guide in guides.items() if guide.about}
        self._guides = memory.model(
            "guides", version, lambda: self._guide_examples(guides, labels), str
        )
        self._aspects = memory.model(
            "aspects", version, lambda: self._aspect_examples(guides, labels), Aspect
        )
        self._refusals = memory.model(
            "refusals", version, lambda: self._refusal_examples(guides), str
        )
        self._silences = memory.model(
            "silences", version, lambda: self._silence_examples(guides), str
        )
        self._topics = np.array(
            [name != NOTHING and self._programmes[name] is None for name in self._guides.labels]
        )
        self._allowed = {region: self._mask(guides, {region, Region.NATIONAL}) for region in Region}
        self._own = {region: self._mask(guides, {region}) for region in Region}

    def matches(
        self, text: str, *, region: Region | None, programme: Programme | None = None
    ) -> tuple[Match, ...]:
        """Guides of the nation and the region, best first.

        Where no region is known, what only some region has comes after what the nation has.
        """
        scores = self._guides.scores(self._plain(text)).copy()
        named = self._named(text)
        scores[self._topics] = self._beside_names(text, named, scores)[self._topics]
        for at, name in enumerate(self._guides.labels):
            owner = self._programmes[name]
            if owner is not None:
                scores[at] += LEANING * (owner is programme) + NAMED * (owner in named)
        if region is None:
            scores[~self._allowed[Region.NATIONAL]] -= ELSEWHERE
        else:
            scores[self._own[region]] += HERE
            scores[~self._allowed[region]] = -1
        order = np.argsort(-scores)[:MOST]
        found = (Match(self._guides.labels[at], float(scores[at])) for at in order)
        return tuple(match for match in found if match.guide != NOTHING)

    def _beside_names(self, text: str, named: frozenset[Programme], scores: Scores) -> Scores:
        """低保的卡丢了: the scores of topics judged by what is said beside a programme's name, for
        the name alone speaks for the programme whatever is asked."""
        if not named:
            return scores
        beside = self._guides.scores(self._cues.widened(self._bare(text)))
        others = beside[~self._topics].max(initial=0.0)
        clear = (beside >= TOPIC) & (beside - others >= TOPIC_LEADS)
        better: Scores = np.maximum(scores, beside) + AHEAD * clear
        return better

    def guide(
        self, text: str, *, region: Region | None, programme: Programme | None = None
    ) -> Match | None:
        """The guide that answers; None where none comes near enough."""
        best = self.matches(text, region=region, programme=programme)[0]
        if self._named(text):
            return best if best.score >= LEAST_NAMED else None
        least = max(LEAST, self._nothing(text))
        return best if best.score >= least else None

    def programme(self, text: str) -> Programme | None:
        """The programme named first; None where none is, or the name fits several."""
        finder, owners = self._names
        found = (owners[at] for at, _, _ in finder.find_matches_as_indexes(text))
        return next((names[0] for names in found if len(names) == 1), None)

    def programme_of(self, guide: str) -> Programme | None:
        """The programme a guide is about; None for a topic."""
        return self._programmes[guide]

    def beside(self, guide: str, text: str, *, region: Region | None) -> Programme | None:
        """The programme that a question about a topic is about too; None where none comes near."""
        if guide in self._about:
            return self._about[guide]
        near = (m for m in self.matches(text, region=region) if m.score >= LEAST_BESIDE)
        return next((self._programmes[m.guide] for m in near if self._programmes[m.guide]), None)

    def content_of(self, text: str) -> str:
        """The question without places and words of asking."""
        return tokens.without_question_words(self._cues.without_places(text))

    def aspect(
        self, text: str, told: Mapping[Aspect, str], understood: Aspect | None = None
    ) -> Aspect | None:
        """The side asked for; None where only the programme is named.

        `told` is what the guide says by aspect: words of the question found there count too;
        `understood` is what the caller takes it for.
        """
        bare = self._bare(text)
        scores = self._aspects.scores(bare)
        weights = self._cues.weights(text)
        total = {
            label: float(score)
            + CUE_WEIGHT * weights.get(label, 0.0)
            + TOLD * coverage(bare, told.get(label, ""))
            + UNDERSTOOD * (label is understood)
            + HELD * (label in told)
            for label, score in zip(self._aspects.labels, scores, strict=True)
        }
        best = max(total, key=lambda label: total[label])
        return best if total[best] >= LEAST_ASPECT else None

    def refusal(self, text: str) -> Refusal | None:
        """The refusal that applies, by its words or by its likeness to refused questions."""
        found = self._cues.refusal(text)
        if found is not None:
            return found
        kind = self._cues.lessons.kind(self._refusals, self._cues.without_places(text))
        return None if kind is None else self._cues.refusal_of(kind)

    def goes_beyond(self, text: str) -> bool:
        """Whether the question is like those that no document settles; never a plain short one."""
        bare = self._bare(text)
        if len(bare.replace(BLANK, "")) < SHORTEST_SILENCE:
            return False
        scores = self._silences.scores(bare)
        of = dict(zip(self._silences.labels, scores, strict=True))
        return bool(of[UNSAID] - of[SAID] >= LEAST_UNSAID)

    def is_follow_up(self, text: str) -> bool:
        """Whether a short question names nothing of its own, so that the old topic goes on."""
        if len(text) > LONGEST_FOLLOW_UP or self._named(text):
            return False
        return self.matches(text, region=None)[0].score < SHORT_FOLLOW_UP

    def _nothing(self, text: str) -> float:
        """How near the question is to those that no guide answers."""
        scores = self._guides.scores(self._plain(text))
        return float(scores[self._guides.labels.index(NOTHING)])

    def _plain(self, text: str) -> str:
        return self._cues.widened(self._cues.without_places(text))

    def _bare(self, text: str) -> str:
        text = self._cues.without_places(text)
        for _, start, end in reversed(self._names[0].find_matches_as_indexes(text)):
            text = f"{text[:start]}{BLANK}{text[end:]}"
        return f"〈{text}〉"

    def _named(self, text: str) -> frozenset[Programme]:
        """The programmes asked for; one that somebody merely holds only where it stands alone."""
        finder, owners = self._names
        found = finder.find_matches_as_indexes(text)
        asked = [match for match in found if not HOLDER.search(text[match[1] : match[2] + 2])]
        return frozenset(owner for at, _, _ in asked or found for owner in owners[at])

    def _mask(
        self, guides: Guides, regions: Set[Region]
    ) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        known = {NOTHING, *(name for (where, name) in guides if where in regions)}
        return np.array([name in known for name in self._guides.labels])

    def _guide_examples(
        self, guides: Guides, labels: Mapping[str, Mapping[str, Named]]
    ) -> Iterable[Example[str]]:
        for text in self._cues.elsewhere:
            yield Example(self._plain(_plainly(text)), NOTHING)
        for (region, name), guide in guides.items():
            for text in _sentences(guide):
                yield Example(self._plain(_plainly(text)), name)
            if guide.programme is not None and region is Region.NATIONAL:
                entry = labels["programmes"][guide.programme]
                for alias in (entry.name, entry.short or entry.name, *entry.aliases):
                    yield Example(self._plain(_plainly(alias)), name)
        for name, _, text in self._asked():
            if name in self._programmes:
                yield Example(self._plain(_plainly(text)), name)

    def _asked(self) -> Iterable[tuple[str, str, str]]:
        """Guide, side and words of every sentence in the lists of what is asked."""
        yield from cues.rows(self._cues.asked)
        yield from cues.rows(self._cues.unsaid)

    def _refusal_examples(self, guides: Guides) -> Iterable[Example[str]]:
        asks = [ask for guide in guides.values() for ask in _asks(guide)]
        lines = [line for lines in self._cues.aspect_lines.values() for line in lines]
        plain = [
            self._cues.without_places(_plainly(text))
            for text in (*asks, *lines, *self._cues.elsewhere, *(row[2] for row in self._asked()))
        ]
        return self._cues.lessons.examples(plain)

    def _silence_examples(self, guides: Guides) -> Iterable[Example[str]]:
        asks = [ask for guide in guides.values() for ask in _asks(guide)]
        lines = [line for side in self._cues.aspect_lines.values() for line in side]
        for text in (*asks, *lines, *(row[2] for row in cues.rows(self._cues.asked))):
            yield Example(self._bare(_plainly(text)), SAID)
        for _, _, text in cues.rows(self._cues.unsaid):
            yield Example(self._bare(_plainly(text)), UNSAID)

    def _aspect_examples(
        self, guides: Guides, labels: Mapping[str, Mapping[str, Named]]
    ) -> Iterable[Example[Aspect]]:
        for guide in guides.values():
            for aspect, answer in guide.answers.items():
                for text in (*answer.asks, answer.says):
                    yield Example(self._bare(_plainly(text)), aspect)
        for aspect in Aspect:
            entry = labels["aspects"][aspect]
            for text in (entry.name, *entry.aliases, *self._cues.aspect_lines[aspect]):
                yield Example(self._bare(_plainly(text)), aspect)
        for _, side, text in self._asked():
            if side != cues.OTHER:
                yield Example(self._bare(_plainly(text)), Aspect(side))


@lru_cache(maxsize=SENTENCES_KEPT)
def _plainly(text: str) -> str:
    """A sentence to learn from, normalised once however often guides are published."""
    return normalise(text).text


def coverage(question: str, text: str) -> float:
    """Which share of the question's pairs of characters a text holds, asking words apart."""
    wanted = set(tokens.pairs_of(tokens.without_question_words(question)))
    return sum(pair in text for pair in wanted) / len(wanted) if wanted else 0.0


def _asks(guide: Guide) -> Iterable[str]:
    yield from guide.asks
    for answer in guide.answers.values():
        yield from answer.asks


def _sentences(guide: Guide) -> Iterable[str]:
    yield guide.title
    yield from guide.asks
    for answer in guide.answers.values():
        yield answer.says
        yield from answer.asks
    for mistake in guide.misunderstandings:
        yield mistake.says


def _name_finder(
    programmes: Mapping[str, Named],
) -> tuple[ahocorasick_rs.AhoCorasick, tuple[tuple[Programme, ...], ...]]:
    owners: dict[str, list[Programme]] = {}
    for name, entry in programmes.items():
        for alias in (entry.name, entry.short or entry.name, *entry.aliases):
            owners.setdefault(_plainly(alias), []).append(Programme(name))
    kind = ahocorasick_rs.MatchKind.LeftmostLongest
    finder = ahocorasick_rs.AhoCorasick(list(owners), matchkind=kind)
    return finder, tuple(tuple(dict.fromkeys(names)) for names in owners.values())
