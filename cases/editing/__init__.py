"""What editors change while the helpline runs: drafted by one, published by a second person."""
