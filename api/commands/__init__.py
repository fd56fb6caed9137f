"""The `helpline` commands, one module a concern."""
