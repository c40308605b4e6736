"""What the build, the training and the manifest agree on."""

from __future__ import annotations

from pathlib import Path

INTENT_LAYER = Path(__file__).resolve().parents[1]
CHECKOUT = INTENT_LAYER.parents[1]
LEARNED = INTENT_LAYER / "learned"
MAX_TOKENS = 128
# What the E5 authors put before a text that asks, and before one that is searched. The tuned encoder needs neither.
PREFIX = ""
QUERY_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "
