"""The resident's page: a chat in plain, large Chinese that works on any phone."""
