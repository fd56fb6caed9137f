"""What residents bring: a ticket, its way between units, its result, and who stands behind it."""
