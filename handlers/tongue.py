"""What a resident says of the language they are talked with: remembered, and said back once."""

from dataclasses import replace

from cases.commands import SetTongue
from handlers import speech
from handlers.turn import Choice, Outcome, Reply, Turn
from knowledge import tongues
from knowledge.library import Library
from knowledge.names import Intent, Tongue

# What is said beside it in so few signs is no question of its own.
ALONE = 14
PLAIN = frozenset({Intent.INFORM, Intent.OUT_OF_SCOPE, Intent.UNSURE, Intent.AFFIRM, Intent.DENY})


def pressed(turn: Turn) -> bool:
    """Whether the message says only this."""
    said = turn.text.strip()
    if tongues.told(said) is None:
        return False
    return said in _buttons() or (len(said) <= ALONE and turn.said.intent in PLAIN)


def keep(turn: Turn, _library: Library) -> Outcome:
    """Say what was understood; a person is offered to who does not wait for one yet."""
    tongue = tongues.told(turn.text) or Tongue.TEXT
    key = "tongue.kept_text" if tongue is Tongue.TEXT else "tongue.kept"
    values = {"name": speech.chinese().say(f"tongue.{tongue}")}
    choices = () if turn.waiting else (Choice("menu.ask_human"),)
    return Outcome((Reply(key, values, choices=choices),), turn.state.having(misses=0))


def noted(turn: Turn, decided: Outcome) -> Outcome:
    """Whatever was decided, with what was said of the language remembered before all else."""
    tongue = tongues.told(turn.text)
    if tongue is None:
        return decided
    return replace(decided, commands=(SetTongue(tongue), *decided.commands))


def _buttons() -> frozenset[str]:
    words = speech.chinese()
    return frozenset(words.say(f"tongue.button_{tongue}") for tongue in Tongue)
