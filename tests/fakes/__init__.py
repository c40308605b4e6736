"""The ports of `application.ports` in memory. Each keeps the same contract as its real adapter: see `tests/contract`."""
