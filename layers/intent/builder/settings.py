"""What the build, the training and the manifest agree on."""

from __future__ import annotations

from pathlib import Path

INTENT_LAYER = Path(__file__).resolve().parents[1]
CHECKOUT = INTENT_LAYER.parents[1]
LEARNED = INTENT_LAYER / "learned"
MAX_TOKENS = 128
# What is put before a message, and before a text that is searched. The E5 authors put "query: " before what asks; both tops were
# tuned without, so that one pass through the stem serves them.
PREFIX = ""
PASSAGE_PREFIX = "passage: "
