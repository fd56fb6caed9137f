"""In which language a household's file says that whoever writes for it is talked with."""

from cases.database import Session
from cases.households import households, people
from knowledge import tongues
from knowledge.names import Tongue


def of(session: Session, conversation_id: str) -> Tongue | None:
    """The one language of all whose language the file knows; None where it is silent or several."""
    household = households.reached_by(session, conversation_id)
    if household is None:
        return None
    said = (one.person.language for one in people.of_household(session, household))
    found = {tongues.named(words) for words in said if words}
    return found.pop() if len(found) == 1 else None
