"""Queues: what channels hand in, what goes out, and timers."""
