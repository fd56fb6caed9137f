"""What keeps the house as it was agreed: read from the source, not from running it."""
