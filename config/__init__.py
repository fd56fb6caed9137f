"""Settings and logs: read once, at the edge."""
