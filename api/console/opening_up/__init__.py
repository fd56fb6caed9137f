"""What an administrator meets first: what is still missing before the helpline opens."""
