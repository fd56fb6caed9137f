"""Every table there is, gathered so that migrations and checks see the whole."""

from sqlmodel import SQLModel

from cases import (
    alerts,
    audit,
    conversations,
    events,
    households,
    keys,
    messages,
    operators,
    publications,
    questions,
    queues,
    reminders,
    reporters,
    residents,
    throttles,
    tickets,
    visits,
)

MODULES = (
    alerts,
    audit,
    conversations,
    events,
    households,
    keys,
    messages,
    operators,
    publications,
    questions,
    queues,
    reminders,
    reporters,
    residents,
    throttles,
    tickets,
    visits,
)

METADATA = SQLModel.metadata
