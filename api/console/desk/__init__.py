"""The operators' and supervisors' pages: chats, calls, notes, shifts, the wall."""
