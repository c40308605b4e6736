"""The pure domain: frozen models, decisions and typed errors. Standard library only; no clock, no environment, no I/O."""
