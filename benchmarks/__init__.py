"""What the README quotes, each runnable by hand, each side by side with its peer in one run."""
