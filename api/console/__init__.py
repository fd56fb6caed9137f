"""The staff console: the queue, the chats, the tickets, the households, the accounts."""
