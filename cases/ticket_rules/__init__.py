"""Pure rules and closed sets of a ticket: states, clocks, reasons, what is asked about a result."""
