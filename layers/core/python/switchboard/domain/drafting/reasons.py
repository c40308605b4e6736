"""Why there is no draft. The console has a text for each."""

from __future__ import annotations

# before a call: nothing is spent
NO_QUESTION = "no_question"  # the customer wrote nothing that could be answered
NO_SOURCE = "no_source"  # no article is likely enough to answer it
CONVERSATION_CEILING = "conversation_ceiling"
DAILY_CEILING = "daily_ceiling"
WITHDRAWN = "withdrawn"  # the customer does not want their words to be given to a large model

# the call
THROTTLED = "throttled"
UNAVAILABLE = "unavailable"  # no answer, or one nobody can read; what was reserved counts as spent
WITHHELD = "withheld"  # by the model's own filter, or the company's guardrail
TOO_LONG = "too_long"  # the answer did not end within its limit
LOST = "lost"  # whoever asked died while the call was out

# the answer
NO_ANSWER = "no_answer"  # by the model's own word the sources do not answer
EMPTY = "empty"
NOT_PLAIN = "not_plain"  # mark-up, code, JSON, hidden characters, somebody's role
ECHO = "echo"  # of what the model was told
MARK = "mark"  # a mark for personal data that stands for none
LINK = "link"  # an address on the web that no source has, or that is not the company's
PERSONAL = "personal"  # a number of a card, an account, a person or a telephone said again
ADDRESS = "address"  # an e-mail address from nowhere
CITATION = "citation"  # of a source that does not exist
UNCITED = "uncited"  # a fact, or too much else, without a source
NUMBER = "number"  # one that the cited sources do not have
PROMISE = "promise"  # of something that the cited sources do not speak of
UNSUPPORTED = "unsupported"  # words that the cited sources hardly have
LANGUAGE = "language"  # not the one asked for

AFTER_ANSWER = frozenset({
    NO_ANSWER, EMPTY, NOT_PLAIN, ECHO, MARK, LINK, PERSONAL, ADDRESS, CITATION, UNCITED, NUMBER, PROMISE, UNSUPPORTED, LANGUAGE,
})  # fmt: skip
ALL = AFTER_ANSWER | {
    NO_QUESTION, NO_SOURCE, WITHDRAWN, CONVERSATION_CEILING, DAILY_CEILING, THROTTLED, UNAVAILABLE, WITHHELD, TOO_LONG, LOST,
}  # fmt: skip
