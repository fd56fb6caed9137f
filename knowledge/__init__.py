"""What the helpline knows: law, documents, standards, rules of each programme. Pure, no I/O after loading."""
