"""People who talk: who waits, who takes whom, calls, notes, shifts, and how it went."""
