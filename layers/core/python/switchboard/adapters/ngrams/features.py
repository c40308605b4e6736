"""What the small model sees of a text: its words, pairs of words and runs of letters, each hashed to a number.

Source of the method: Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning".
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from zlib import crc32

BUCKETS = 1 << 15
# More of a text does not make the answer surer, and time must not grow with what a customer pastes.
_READ_CHARACTERS = 600
_RUNS = (2, 3, 4)


def features(text: str) -> list[int]:
    """The distinct numbers, below `BUCKETS` and in ascending order, of everything seen in `text`; none of an empty one."""
    written = unicodedata.normalize("NFKC", text[:_READ_CHARACTERS])
    words = "".join(sign if _in_word(sign) else f" {sign} " for sign in written.casefold()).split()
    seen = {f"w {word}" for word in words}
    seen.update(f"p {one} {two}" for one, two in pairwise(words))
    for word in words:
        edged = f"<{word}>"
        for length in _RUNS:
            seen.update(f"r {edged[at : at + length]}" for at in range(len(edged) - length + 1))
        if not word.isascii():
            seen.update(f"r {sign}" for sign in word)
    if sum(map(str.isupper, written)) > len(written) / 2:
        seen.add("shouted")
    return sorted({crc32(name.encode("utf-8", "replace")) % BUCKETS for name in seen})


def _in_word(sign: str) -> bool:
    # vowel signs of Devanagari are marks, not letters
    return sign.isalnum() or unicodedata.category(sign).startswith("M")
