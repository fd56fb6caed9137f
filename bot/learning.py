"""What the clock does for learning from use: listen behind the turns, train what was asked for."""

from collections.abc import Callable
from datetime import datetime

from bot import retraining
from bot.helpline import SENTENCES, Helpline
from bot.overhearing import Overhearing

LISTEN_SECONDS = 2
TRAIN_SECONDS = 3

Job = tuple[Callable[[datetime], object], int]


def jobs(helpline: Helpline) -> dict[str, Job]:
    """Each look by its name, and after how many seconds it is repeated."""
    shadow = helpline.rasa if helpline.settings.rasa_shadow else None
    ear = Overhearing(helpline.store, helpline.interpreter, helpline.speech, shadow)
    return {
        "overhear": (lambda now: ear.look(now=now), LISTEN_SECONDS),
        "train": (
            lambda now: retraining.train_wanted(helpline.store, SENTENCES, now=now),
            TRAIN_SECONDS,
        ),
    }
