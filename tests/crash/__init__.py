"""Processes that are killed at the worst instant."""
