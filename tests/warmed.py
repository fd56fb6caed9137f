"""What a process reads before it forks: every module of a running helpline, knowledge, model."""

from api.commands import keeping, running
from tests import loaded

COMMANDS = (running.serve, keeping.staff)
loaded.everything()
