"""Who translates."""
