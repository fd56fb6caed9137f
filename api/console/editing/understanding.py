"""What the bot misheard, as editors deal with it: assign, export, train, publish, roll back."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, StringConstraints
from starlette.responses import HTMLResponse, Response

from api.auth import Staff
from api.console import visit
from api.edge import Edge, EdgeOf, Now
from cases import audit, permissions
from cases.database import Session
from cases.editing import misreadings, models
from cases.editing.misreadings import Misreading
from cases.editing.models import ModelState, TrainedModel
from cases.errors import ForbiddenError
from cases.permissions import Action, Row
from knowledge.names import Intent
from nlu import lessons, rasa_client
from nlu.comparison import Comparison
from nlu.examples import Example

router = APIRouter(prefix="/console/understanding", include_in_schema=False)
PATH = Path(__file__).parent / "understanding.toml"
HERE = "/console/understanding"
LONGEST = 400
Field = Annotated[str, Form()]
Labels = Mapping[str, Mapping[str, str]]


class LessonForm(BaseModel):
    """A sentence and what it means."""

    text: Annotated[str, StringConstraints(max_length=LONGEST)] = ""
    intent: Intent
    csrf: str = ""


@dataclass(frozen=True)
class Heard:
    """One message of the list with its words opened."""

    row: Misreading
    text: str


@dataclass(frozen=True)
class Shown:
    """One model with its comparison opened."""

    row: TrainedModel
    report: Comparison | None


@router.get("")
def lists(request: Request, edge: EdgeOf, now: Now) -> HTMLResponse:
    """What was misheard, what is taught, and the models."""
    # permissions are asked in _page, for the lists and for a form that was not right.
    return _page(request, edge, now)


@router.post("/{misreading_id}/teach")
def teach(
    request: Request,
    edge: EdgeOf,
    now: Now,
    misreading_id: str,
    form: Annotated[LessonForm, Form()],
) -> Response:
    """Say what a message meant; the sentence is masked once more before it is kept."""
    sentence = lessons.one_line(rasa_client.outbound(form.text))
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, form.csrf, now=now)
        row = _row(session, me, misreading_id)
        if sentence:
            misreadings.teach(session, sentence, form.intent, by=me.operator.id, now=now)
            misreadings.settle(session, row, by=me.operator.id, now=now)
            audit.record(session, me.operator.id, "taught a sentence", row.id, now=now)
    return visit.to(HERE) if sentence else _page(request, edge, now, "nothing")


@router.post("/{misreading_id}/drop")
def drop(
    request: Request, edge: EdgeOf, now: Now, misreading_id: str, csrf: Field = ""
) -> Response:
    """Take a message off the list without learning from it."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        row = _row(session, me, misreading_id)
        misreadings.settle(session, row, by=me.operator.id, now=now)
        audit.record(session, me.operator.id, "dropped a misreading", row.id, now=now)
    return visit.to(HERE)


@router.get("/lessons.yml")
def export(request: Request, edge: EdgeOf, now: Now) -> Response:
    """All taught sentences in Rasa's training format."""
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.TEACH)
        audit.record(session, me.operator.id, "exported sentences", "lessons", now=now)
        taught = [Example(row.text, row.intent, ()) for row in misreadings.lessons(session)]
    headers = {"Content-Disposition": 'attachment; filename="lessons.yml"'}
    return Response(lessons.as_rasa(taught), media_type="application/yaml", headers=headers)


@router.post("/lessons/{lesson_id}/withdraw")
def withdraw(
    request: Request, edge: EdgeOf, now: Now, lesson_id: str, csrf: Field = ""
) -> Response:
    """Let the next model not learn a sentence."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.TEACH)
        misreadings.withdraw(session, lesson_id, now=now)
        audit.record(session, me.operator.id, "withdrew a sentence", lesson_id, now=now)
    return visit.to(HERE)


@router.post("/train")
def train(request: Request, edge: EdgeOf, now: Now, csrf: Field = "") -> Response:
    """Ask for a model; the clock trains it beside the service."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.TEACH)
        busy = models.is_busy(session)
        if not busy:
            asked = models.ask_for(session, by=me.operator.id, now=now)
            audit.record(session, me.operator.id, "asked for a model", asked.id, now=now)
    return _page(request, edge, now, "busy") if busy else visit.to(f"{HERE}#models")


@router.post("/models/{model_id}/publish")
def publish(request: Request, edge: EdgeOf, now: Now, model_id: str, csrf: Field = "") -> Response:
    """Let a model answer residents; whoever asked for it cannot."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.PUBLISH_MODEL)
        try:
            models.publish(session, model_id, by=me.operator.id, now=now)
        except ForbiddenError:
            alone = True
        else:
            alone = False
            audit.record(session, me.operator.id, "published a model", model_id, now=now)
    return _page(request, edge, now, "same_person") if alone else visit.to(f"{HERE}#models")


@router.post("/roll-back")
def roll_back(request: Request, edge: EdgeOf, now: Now, csrf: Field = "") -> Response:
    """Let the model before this one answer again, at once."""
    with edge.store.write() as session:
        me = visit.begin_with_form(session, request, edge, csrf, now=now)
        permissions.require(me.operator, Action.PUBLISH_MODEL)
        answering = models.current(session)
        if answering is None or answering.model_id is None:
            notice = "shipped"
        else:
            notice = ""
            models.roll_back(session, by=me.operator.id, now=now)
            audit.record(session, me.operator.id, "rolled back", answering.model_id, now=now)
    return _page(request, edge, now, notice) if notice else visit.to(f"{HERE}#models")


@cache
def names() -> Labels:
    """What intents, reasons and states are called."""
    return tomllib.loads(PATH.read_text(encoding="utf-8"))


def _page(request: Request, edge: Edge, now: datetime, notice: str = "") -> HTMLResponse:
    with edge.store.write() as session:
        me = visit.begin(session, request, edge, now=now)
        permissions.require(me.operator, Action.TEACH)
        audit.record(session, me.operator.id, "looked at misreadings", "misreadings", now=now)
        serving = models.current(session)
        values = {
            "heard": _heard(session, me),
            "lessons": misreadings.lessons(session),
            "models": [_shown(row) for row in models.newest(session)],
            "serving": None if serving is None else serving.model_id,
            "intents": list(Intent),
            "called": names(),
            "notice": names()["notice"][notice] if notice else "",
        }
        status = 422 if notice else 200
        return visit.page(session, edge, me, "understanding.html", values, now=now, status=status)


def rows_for(session: Session, me: Staff) -> Sequence[Misreading]:
    """What was misheard in the account's reach and no editor has dealt with, the newest first."""
    return [row for row in misreadings.waiting(session) if _may(me, row)]


def _heard(session: Session, me: Staff) -> Sequence[Heard]:
    opened = [(row, misreadings.text_of(session, row)) for row in rows_for(session, me)]
    return [Heard(row, text) for row, text in opened if text is not None]


def _may(me: Staff, row: Misreading) -> bool:
    return permissions.may(me.operator, Action.TEACH, Row(region=row.region))


def _row(session: Session, me: Staff, misreading_id: str) -> Misreading:
    row = misreadings.find(session, misreading_id)
    permissions.require(me.operator, Action.TEACH, Row(region=row.region))
    return row


def _shown(row: TrainedModel) -> Shown:
    ready = row.state == ModelState.READY and row.report is not None
    return Shown(row, Comparison.model_validate(row.report) if ready else None)
