"""What is kept: residents, conversations, tickets, households, promises, and who looked at them."""
