"""How large a rule set may be. Each bound keeps one decision, or one stored document, of a known worst cost."""

from __future__ import annotations

RULES = 200
DEPTH = 8  # condition nodes from `when` down to a leaf, both counted
NODES = 50  # condition nodes of one rule
CHOICES = 100  # values of one `in`
ACTIONS = 10  # of one rule
NAME_CHARACTERS = 100
VALUE_CHARACTERS = 200  # of a value a condition compares with, a tag, a queue's or agent's id
NOTE_CHARACTERS = 2_000
REPLY_CHARACTERS = 1_000  # of one language, before its placeholders are filled
LANGUAGES = 40  # of one reply
DOCUMENT_BYTES = 250_000  # the rule set as JSON in UTF-8: it must fit one item of the ledger (400 KB), sealed and in base64

# A pattern costs at most its steps times the characters read, so one decision costs at most ALL_PATTERN_STEPS * READ_CHARACTERS.
PATTERN_CHARACTERS = 200
PATTERN_STEPS = 300  # instructions of one pattern once its counted repetitions are written out
ALL_PATTERN_STEPS = 2_000  # of all patterns of a rule set
PATTERN_REPEATS = 50  # the largest count in {m,n}
PATTERN_GROUPS = 10  # groups within groups
READ_CHARACTERS = 4_096  # of a text: conditions read its beginning, no further

CHAIN = 3  # rules in a row that may fire on what the one before them caused
EVENT_ACTIONS = 20  # that one event may cause, of all rules together
REPLY_MINUTES = 10  # between two automatic replies to a conversation, where the rule set does not say
LONGEST_REPLY_MINUTES = 10_080  # a week
TAGS = 50  # of a conversation, as far as rules add them: more tell nothing, and the projection holds them all
EXAMPLES = 5  # events a dry run names for each rule
REHEARSED_EVENTS = 200  # of a dry run's past: it must be answered while somebody waits
REHEARSED_ACTIONS = 200  # that a dry run tells one by one

OFFERS_TAKEN_BACK = 10
"""Assignments of a conversation after which rules leave an offer where it is: what one rule takes away and routing gives back, each
for a reason of its own, would never end."""
