"""Where sensitive questions are asked when this channel may not carry the answers."""

from handlers import aftercare
from handlers.dialogue import EmergencyForm
from handlers.turn import Choice, Outcome, Reply, SafePage, Turn

WAYS = (Choice("menu.ask_policy"), Choice("menu.report_emergency"), Choice("menu.ask_human"))


def point(turn: Turn) -> Outcome:
    """Say where to go on instead; nothing is asked, and nothing of this chat goes along."""
    told = Reply("channel.sensitive_elsewhere", {"page": SafePage()}, choices=WAYS)
    return Outcome((told,), turn.state.without_form().having(misses=0))


def after_filing(turn: Turn, form: EmergencyForm) -> Reply:
    """What is asked once an emergency is filed: a place only to save a life, or where it may be."""
    if turn.carries_sensitive or form.grave:
        return aftercare.question(form)
    return Reply("channel.place_elsewhere", {"page": SafePage()})
