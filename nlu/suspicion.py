"""How much a message that no rule counts sounds like danger to life: only suspected."""

from dataclasses import dataclass
from pathlib import Path

from nlu import classifier

SENTENCES = Path(__file__).with_name("hazard_examples.yml")
DEVELOPMENT = Path(__file__).with_name("hazard_development.yml")
FOLDER = "suspicion"
DANGER = "danger"
CALM = "calm"
WORRIED = 0.5


@dataclass(frozen=True, slots=True)
class Watch:
    """The model beside the model of intents; without one nothing is suspected."""

    model: classifier.Model | None

    def weigh(self, text: str) -> float:
        """The probability, 0 to 1, that a normalised text tells of danger to life."""
        if self.model is None or not text.strip():
            return 0.0
        return float(self.model.probabilities(text)[self.model.labels.index(DANGER)])


NOBODY = Watch(None)


def load(folder: Path) -> Watch:
    """The watch stored with a trained model; an older model has none."""
    try:
        return Watch(classifier.load(folder / FOLDER))
    except classifier.NoModel:
        return NOBODY
