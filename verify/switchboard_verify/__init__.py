"""Checks a copy of Switchboard's audit bucket with the public key alone. It shares no code with what made the files, so that a
mistake there is not repeated here. Files and formats: docs/audit.md."""
