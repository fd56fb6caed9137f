"""What a message means: intent, entities, danger. Knows no database and no channel."""
