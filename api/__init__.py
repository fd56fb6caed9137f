"""The web: chat API, the resident's page, the staff console, and the command line."""
