"""Which engine reads a message; every engine answers with the same shape and never raises."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

from knowledge import normalise
from knowledge.names import Hazard, Intent, priority_of
from nlu import classifier, entities, hazards, suspicion, tokenise, writer
from nlu.understanding import Understanding

INTENTS = frozenset(Intent)
HEARD = 0.15
# What is longer and not surely a greeting says something after it.
LONGEST_GREETING, SURELY_GREETS = 20, 0.8
COURTESIES = re.compile(
    r"^(?:你好|您好|你们好|喂|在吗|在不在|在么|在线吗|有人吗|听得到吗|请问|同志|师傅|老师|麻烦|打扰(?:一下|了)?"
    r"|不好意思|早上好|上午好|下午好|晚上好|(?:我|俺)?(?:就|想|要)*问(?:问|一下|一哈|下|哈)?|[\s,.!?，。！？~啊呀哦])+"
)
# Fewer characters behind a greeting are still a greeting.
SHORTEST_WISH = 5


class Interpreter(Protocol):
    """Reads one message of any length and any content."""

    def read(self, text: str, *, now: datetime) -> Understanding:
        """What the message means; `now` is aware and anchors words like 下周三."""
        ...


@dataclass(frozen=True, slots=True)
class InProcess:
    """The default engine: rules and a linear model, in this process."""

    model: classifier.Model
    watch: suspicion.Watch = suspicion.NOBODY

    @classmethod
    def load(cls, path: Path) -> Self:
        """The engine over a trained folder, warmed up. Raises classifier.NoModel."""
        engine = cls(classifier.load(path), suspicion.load(path))
        hazards.read_rules()
        engine.model.guess(classifier.prepare("你好，家里三口人，每月八百，下周三去民政局"))
        return engine

    def read(self, text: str, *, now: datetime) -> Understanding:
        """Danger is looked for in the whole text, the intent at its beginning and end."""
        normal = normalise.normalise(text)
        who = writer.guess(normal.text)
        danger = hazards.look(normal.text, who)
        found = entities.find(normal, now=now)
        window = tokenise.window(normal.text)
        guess = self.model.guess(window)
        meant = self._beyond_greeting(guess, window)
        intent = _intent(meant.label)
        return Understanding(
            text=normal.source,
            intent=intent,
            confidence=meant.probability,
            runner_up=_runner_up(meant.second),
            sure=self.model.sure(meant) and _meant(intent, window),
            programme=found.programme,
            aspect=found.aspect,
            region=found.region,
            hazard=danger.hazard,
            hazard_reason=danger.reason,
            suspicion=_suspicion(danger, guess),
            priority=priority_of(danger.hazard),
            entities=found.entities,
            writer=who,
            because=guess.because,
            worry=self._worry(window, danger, guess),
        )

    def _beyond_greeting(self, guess: classifier.Guess, text: str) -> classifier.Guess:
        """喂喂听得到吗我想问一哈……: what is said after a greeting, if anything is."""
        if guess.label != Intent.GREET:
            return guess
        rest = COURTESIES.sub("", text)
        if len(rest) < len(text) and len(rest) >= SHORTEST_WISH:
            after = self.model.guess(rest)
            guess = guess if after.label == Intent.GREET else after
        return guess if len(text) <= LONGEST_GREETING else _not_a_greeting(guess)

    def _worry(self, text: str, danger: hazards.Danger, guess: classifier.Guess) -> float:
        """How much a text worries the second model; where the first hears nothing, not at all.

        Alone, the second one also worries about a face or three words it has never seen.
        """
        if danger.hazard is not Hazard.NONE or not _heard(guess):
            return 0.0
        return self.watch.weigh(text)


def _not_a_greeting(guess: classifier.Guess) -> classifier.Guess:
    """What so long a text may mean, as it is not a greeting alone."""
    if guess.label != Intent.GREET or guess.probability >= SURELY_GREETS:
        return guess
    rest = max(1.0 - guess.probability, guess.second_probability)
    chance = guess.second_probability / rest
    return replace(guess, label=guess.second, probability=chance, second="", second_probability=0.0)


def _meant(intent: Intent, text: str) -> bool:
    """Whether anything is said; noise means nothing, also where it looks like a yes."""
    if tokenise.makes_noise(text):
        return False
    return intent is not Intent.OUT_OF_SCOPE or tokenise.says_something(text)


def _suspicion(danger: hazards.Danger, guess: classifier.Guess) -> Hazard:
    """What the rules only suspect, else that the model hears an emergency. It never decides."""
    if danger.hazard is not Hazard.NONE:
        return Hazard.NONE
    if danger.suspicion is Hazard.NONE and _heard(guess):
        return Hazard.SUDDEN_HARDSHIP
    return danger.suspicion


def _heard(guess: classifier.Guess) -> bool:
    """Whether an emergency is among what the message may mean."""
    return guess.label == Intent.REPORT_EMERGENCY or (
        guess.second == Intent.REPORT_EMERGENCY and guess.second_probability >= HEARD
    )


def _intent(label: str) -> Intent:
    """A model trained on other intents than ours can only say that it is none of ours."""
    return Intent(label) if label in INTENTS else Intent.OUT_OF_SCOPE


def _runner_up(label: str) -> Intent | None:
    return Intent(label) if label in INTENTS else None
