"""How a model that learnt new sentences compares with one that did not, as it is kept and shown."""

from pydantic import BaseModel


class Pair(BaseModel):
    """A figure of the model without the new sentences, and of the one with them."""

    before: float
    after: float


class Comparison(BaseModel):
    """What retraining came to. `intents`: F1 each. `lessons`: how many new ones were right."""

    judged: int
    lessons: int
    accuracy: Pair
    macro_f1: Pair
    lessons_right: Pair
    intents: dict[str, Pair]
    seconds: float
