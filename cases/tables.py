"""Every table there is, gathered so that migrations and checks see the whole."""

from sqlmodel import SQLModel

from cases import (
    alerts,
    assistance,
    audit,
    checklists,
    conversations,
    drafts,
    events,
    happiness_lists,
    households,
    intake,
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
    threads,
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
    drafts,
    events,
    happiness_lists,
    households,
    intake,
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
    threads,
    throttles,
    tickets,
    visits,
)

METADATA = SQLModel.metadata
