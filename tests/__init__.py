"""Tests of the helpline."""
