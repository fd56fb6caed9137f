"""What comes in and goes out: on disk first, claimed under a lease, sent once."""
