"""Tests of settings and of what is logged."""
