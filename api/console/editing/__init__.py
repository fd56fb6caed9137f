"""What editors change on pages: knowledge, services, standards, understanding."""
