"""What the helpline knows: law, documents, standards, rules. Pure: no I/O after loading."""
