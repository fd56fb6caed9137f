"""What is counted: of tickets, of units, of a plan's targets."""
