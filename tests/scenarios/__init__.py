"""The service played through on both databases, line by line of how it must behave."""
