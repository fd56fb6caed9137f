"""Every table there is, gathered so that migrations and checks see the whole."""

from sqlmodel import SQLModel

from cases import (
    alerts,
    assistance,
    audit,
    checklists,
    conversations,
    events,
    happiness_lists,
    households,
    keys,
    messages,
    operators,
    parts,
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
    assistance,
    audit,
    checklists,
    conversations,
    events,
    happiness_lists,
    households,
    keys,
    messages,
    operators,
    parts,
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
