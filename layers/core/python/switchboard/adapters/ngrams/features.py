"""What is seen of a text without an encoder: its words, pairs of words and runs of letters, each hashed to a number.

Source of the method: Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning".
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise
from zlib import crc32

BITS = 17
BUCKETS = 1 << BITS
# More of a text does not make the answer surer, and time must not grow with what a customer pastes.
_READ_CHARACTERS = 400
_LONGEST_RUN = 5
# That there is a link says something, what it is made of does not.
_LINK = re.compile(r"https?://\S*|www\.\S+|\S+@\S+")
# Arabic is written with or without vowel signs, stretched, and with one of several letters for one sound.
_ARABIC_SPELLINGS = str.maketrans("أإآٱىةؤئ", "اااايهوي") | dict.fromkeys([0x0640, 0x0670, *range(0x064B, 0x0656)])


def features(text: str) -> Counter[int]:
    """How often what is seen in `text` hashes to which number below `BUCKETS`; nothing of an empty text."""
    written = _LINK.sub(" @ ", unicodedata.normalize("NFKC", text[:_READ_CHARACTERS])).translate(_ARABIC_SPELLINGS)
    words = "".join(sign if _in_word(sign) else f" {sign} " for sign in written.casefold()).split()
    seen = [f"w {word}" for word in words]
    seen += [f"p {one} {two}" for one, two in pairwise(words)]
    for word in words:
        edged = f"<{word}>"
        for length in range(1, min(_LONGEST_RUN, len(edged)) + 1):
            seen += ["r " + edged[at : at + length] for at in range(len(edged) - length + 1)]
    if sum(map(str.isupper, written)) > len(written) / 2:
        seen.append("shouted")
    return Counter(crc32(name.encode("utf-8", "replace")) >> (32 - BITS) for name in seen)


def _in_word(sign: str) -> bool:
    # vowel signs of Devanagari are marks, not letters
    return sign.isalnum() or unicodedata.category(sign).startswith("M")
