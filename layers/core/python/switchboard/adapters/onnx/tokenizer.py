"""The encoder's tokenizer: a SentencePiece unigram model, in Python.

The usual tokenizer libraries take most of a second to load this vocabulary of 250,000 pieces, which every cold start
would pay; a dictionary loads in a tenth of that, and customers' messages are short. Their results agree (the unit
tests hold token ids that the original tokenizer gave).
Source of the method: Kudo 2018, "Subword Regularization": the best segmentation is the one whose pieces have the
largest sum of log-probabilities, found by the Viterbi algorithm.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

_SPACE = "\u2581"
# A character unknown to the vocabulary costs this much more than its worst piece (the constant of SentencePiece).
_UNKNOWN_PENALTY = 10.0
# No piece is longer than 16 characters, so 128 tokens never come from more than this; what follows is cut unread.
_CHARACTERS_PER_TOKEN = 17


class UnigramTokenizer:
    """Turns text into token ids, `bos` first and `eos` last."""

    def __init__(
        self,
        pieces: Sequence[str],
        scores: Sequence[float],
        *,
        replacements: Mapping[int, str],
        bos: int,
        eos: int,
        unknown: int,
        special: Sequence[int],
    ) -> None:
        """`replacements`: how the vocabulary writes code points that it does not keep as they are.

        `special` pieces stand for no text: a customer who writes "</s>" writes four characters.
        """
        self._ids = dict(zip(pieces, range(len(pieces)), strict=True))
        for index in special:
            self._ids.pop(pieces[index], None)
        self._scores = scores
        self._longest = max(map(len, self._ids), default=1)
        self._unknown_score = min(scores, default=0.0) - _UNKNOWN_PENALTY
        self._replacements = dict(replacements)
        self._bos, self._eos, self._unknown = bos, eos, unknown
        self._empty = frozenset({unknown, self._ids.get(_SPACE, unknown)})

    @classmethod
    def load(cls, path: Path) -> UnigramTokenizer:
        """Reads what the model's build wrote."""
        with np.load(path, allow_pickle=False) as file:
            settings = json.loads(file["settings"].tobytes())
            pieces = file["pieces"].tobytes().decode("utf-8").split("\n")
            scores = file["scores"].tolist()
        replacements = {int(point): text for point, text in settings.pop("replacements").items()}
        return cls(pieces, scores, replacements=replacements, **settings)

    def encode(self, text: str, max_tokens: int, prefix: str = "") -> list[int]:
        """The ids of `prefix` and `text`, at most `max_tokens` of them with the two at the ends.

        Text that does not fit is cut at its end. White space at the ends of the text and repeated inside counts once.
        """
        room = max_tokens - 2
        text = prefix + text[: room * _CHARACTERS_PER_TOKEN]
        text = unicodedata.normalize("NFC", text).translate(self._replacements)
        ids = [self._bos]
        for word in text.split(" "):
            if word:
                ids += self._word(_SPACE + word)
            if len(ids) > room:
                break
        return [*ids[: room + 1], self._eos]

    def says_nothing(self, ids: Sequence[int]) -> bool:
        """Whether none of these ids, without the two at the ends, stands for anything known."""
        return self._empty.issuperset(ids)

    def _word(self, word: str) -> list[int]:
        size = len(word)
        best = [0.0] + [-1e30] * size
        came_from = [0] * (size + 1)
        piece = [self._unknown] * (size + 1)
        ids, scores = self._ids, self._scores
        for start in range(size):
            base = best[start]
            for end in range(start + 1, min(size, start + self._longest) + 1):
                index = ids.get(word[start:end])
                if index is not None:
                    score = base + scores[index]
                elif end == start + 1:
                    index, score = self._unknown, base + self._unknown_score
                else:
                    continue
                if score > best[end]:
                    best[end], came_from[end], piece[end] = score, start, index
        found: list[int] = []
        end = size
        while end:
            # a run of unknown characters is one unknown token
            if piece[end] != self._unknown or not found or found[-1] != self._unknown:
                found.append(piece[end])
            end = came_from[end]
        found.reverse()
        return found
