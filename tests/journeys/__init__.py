"""Whole journeys in a real browser over a real server."""
