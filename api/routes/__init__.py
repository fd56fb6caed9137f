"""What other programs call: JSON in, JSON or problem+json out."""
