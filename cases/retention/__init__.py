"""How long personal data is kept, what is still needed, and how the rest is erased."""
