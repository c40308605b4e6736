"""What came of a translation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why something is not translated."""

    SAME = "same_language"
    UNKNOWN_LANGUAGE = "unknown_language"
    NO_ENGINE = "no_engine"  # offline, and none of the company's own texts
    PAIR = "unsupported_pair"
    TOO_LONG = "too_long"
    BUSY = "busy"  # try again later
    DAMAGED = "damaged"  # what must survive did not
    WITHDRAWN = "withdrawn"  # the customer does not want their words to be given to an engine
    WORDLESS = "wordless"  # numbers, links or signs alone: the same in every language


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a translator made of one text: `text`, or why not. `by`: who translated."""

    text: str = ""
    by: str = ""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Translation:
    """`text` is the translation, or the original words where there is none (`translated` false, `reason` says why). `terms`: the
    company's words for some of the original's, where nothing better is to be had."""

    text: str
    source: str
    target: str
    by: str = ""
    translated: bool = False
    reason: Reason | None = None
    terms: tuple[tuple[str, str], ...] = ()
