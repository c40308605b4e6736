"""Use cases, and the ports that say what they need."""
