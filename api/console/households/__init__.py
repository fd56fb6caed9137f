"""Households on pages: files, lists from bureaus, visits and rounds."""
