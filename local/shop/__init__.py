"""A made-up shop's own system, which stands in for the company's on this machine: what the bot looks up and has done, it does there.

It imports nothing of the system that calls it, as the company's own would not: docs/connector.md is all it goes by."""
