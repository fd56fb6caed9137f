"""Local peers of the channels: real servers on the loopback that behave as badly as asked."""
