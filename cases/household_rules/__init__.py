"""What may become of a plan of services and of a special-hardship file: tables, pure."""
