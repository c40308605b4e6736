"""How what happened is proven: commits in chains, their records, and signed roots over the chains' heads. ADR 9; docs/audit.md."""
