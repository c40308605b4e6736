"""The clauses of a message: what is understood by itself where a message says two things ("cancel it and send me the invoice", "no,
not cancel, just another colour"). Cut liberally: a clause that means nothing by itself is nobody's wish."""

from __future__ import annotations

import re
from collections.abc import Mapping

from switchboard.domain.dialogue.message import Message, read
from switchboard.domain.dialogue.phrases import own_language

MOST = 4
"""Clauses of a message: each costs a reading by the model."""
LONGEST = 400
"""Characters of a message that is cut: a letter is read as a whole."""
_LEAST = 2  # words of a clause; what is shorter goes with its neighbour

_MARKS = re.compile(r"(?<=[!?;,،؛؟।.:–—])\s+|(?<=[。、，！？；])|\n+|\s+[–—-]\s+")
_JOINTS: Mapping[str, str] = {  # words that begin a clause
    "en": "and|then|also|plus|but|just", "de": "und|dann|außerdem|sondern|nur|aber", "fr": "et|puis|ensuite|mais|juste",
    "es": "y|e|luego|además|sino|solo|pero", "pt": "e|depois|também|mas|só", "it": "e|poi|anche|ma|solo",
    "ru": "и|а|потом|также|но|только", "hi": "और|फिर|तथा|लेकिन|बस|सिर्फ़|aur|phir|bas", "ar": "ثم|بس|فقط|لكن|وأيضا",
    "zh": "另外|还有|然后|而是|我只|只要|再把|再给", "ja": "それと|それから|あと", "ko": "그리고",
}  # fmt: skip
_ENDS: Mapping[str, str] = {  # what ends one, in the languages that join at the end of a word
    "ja": "ではなくて|ではなく|じゃなくて|じゃなく|して、|たら|ので|けど", "ko": "하고|말고|아니라|는데|지만|고요",
}  # fmt: skip
_RUNNING = frozenset({"zh", "ja"})
_ARABIC_AND = re.compile(r"\s+(?=و[\u0621-\u064a]{3,})")


def clauses(text: str, language: str) -> tuple[str, ...]:
    """The clauses of a message that has several; nothing for one that has not."""
    shown = read(text).shown
    if len(shown) > LONGEST:
        return ()
    own = own_language(language)
    pieces = [piece for part in _MARKS.split(shown) for piece in _joined(part, own)]
    found: list[str] = []
    gap = "" if own in _RUNNING else " "
    for piece in filter(str.strip, pieces):
        if found and Message(found[-1]).bulk < _LEAST:
            found[-1] = f"{found[-1]}{gap}{piece.strip()}"
        else:
            found.append(piece.strip())
    if len(found) > 1 and Message(found[-1]).bulk < _LEAST:
        found[-2:] = [f"{found[-2]}{gap}{found[-1]}"]
    return tuple(found) if 1 < len(found) <= MOST else ()


def _joined(part: str, own: str) -> list[str]:
    joints = _JOINTS.get(own, _JOINTS["en"])
    running = own in _RUNNING
    part = re.sub(f"(?={joints})" if running else rf"(?i)(?<=\s)(?=(?:{joints})\s)", "\n", part)
    if ends := _ENDS.get(own):
        part = re.sub(f"({ends})(?=.)" if running else rf"({ends})(?=\s)", r"\1\n", part)
    if own == "ar":
        part = _ARABIC_AND.sub("\n", part)
    return part.split("\n")
