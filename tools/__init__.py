"""Commands for building and checking what is deployed. Never packaged."""
