"""Pages on whom we ask how they are, what an event gathers, and what is looked into."""
