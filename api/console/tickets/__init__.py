"""Tickets on pages: lists, one ticket with its forms, what is late, figures, the catalogue."""
