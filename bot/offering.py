"""How a household is asked in the chat which of the offered services it wants."""

from collections.abc import Collection
from datetime import datetime

from cases.database import Session
from cases.errors import CaseError
from cases.household_rules.plan_steps import ItemState
from cases.households import service_items
from cases.households.households import Household
from cases.households.service_items import Opened
from cases.talk import conversations, messages
from cases.talk.conversations import Conversation, Mode
from cases.talk.messages import Choice, Lane, Line, Sender
from handlers import planned, speech
from handlers.dialogue import Dialogue, ServiceForm
from handlers.speech import NOTHING
from handlers.turn import Reply
from knowledge.needs import Payer

PAYERS = {Payer.STATE: "needs.state_pays", Payer.SOCIETY: "needs.society_pays"}


def ask(session: Session, household: Household, *, wary: Collection[str], now: datetime) -> None:
    """Say what is offered and ask about the first of it; the rest follows one by one.

    Raises CaseError where nothing waits for a word, or no chat may carry it.
    """
    offered = [
        one
        for one in service_items.of_household(session, household)
        if one.row.state == ItemState.PROPOSED
    ]
    if not offered or household.conversation_id is None:
        raise CaseError("Nothing waits for an answer, or no chat reaches this household.")
    conversation = conversations.find_for_update(session, household.conversation_id)
    if conversation.channel in wary:
        raise CaseError("This chat may not carry what services tell of somebody; ask by phone.")
    first = offered[0].body
    listed = "\n".join(_line(one) for one in offered)
    values = {"whom": first.whom, "name": first.name, "list": listed}
    asked = Reply("planned.offer", values, choices=planned.buttons(first.name))
    spoken = speech.chinese().render(asked, NOTHING)
    buttons = tuple(Choice(label, value) for label, value in spoken.choices)
    line = Line(Sender.SYSTEM, spoken.text, choices=buttons, lane=Lane.BOT)
    messages.say(session, conversation, line, now=now)
    _await_answer(session, conversation, offered[0])


def _line(one: Opened) -> str:
    """The service with its standard, who does it and who pays, as far as the list says."""
    words, body = speech.chinese(), one.body
    details = []
    if body.standard:
        details.append(words.say("needs.standard", {"standard": body.standard}))
    if body.provider:
        details.append(words.say("needs.provider", {"provider": body.provider}))
    if body.payer in PAYERS:
        details.append(words.say(PAYERS[body.payer]))
    return words.say("planned.line", {"name": body.name, "details": "".join(details)})


def _await_answer(session: Session, conversation: Conversation, first: Opened) -> None:
    """The next word may be the answer; whatever is being asked already goes before."""
    if conversation.mode != Mode.BOT:
        return
    kept = conversations.state_of(session, conversation)
    state = Dialogue() if kept is None else Dialogue.model_validate_json(kept)
    if state.form is None:
        form = ServiceForm(item_id=first.row.id, name=first.body.name)
        conversations.keep_state(session, conversation, state.having(form=form).model_dump_json())
