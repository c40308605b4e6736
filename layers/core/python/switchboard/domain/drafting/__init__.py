"""Drafts and summaries by a large model: what it is told, what of its answer may be seen, and what it cost."""
