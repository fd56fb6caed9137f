"""A danger to life: open until a person has seen it, paged outside, written down afterwards."""
