"""Leaves out of the vocabulary the pieces that none of the project's languages is written in.

Three pieces of ten go, and with them 15 megabytes. Text in the project's languages is cut into the same pieces as before: a
piece with a foreign letter can never be part of it. A letter of a foreign script becomes an unknown one; a foreign letter
of the Latin and Cyrillic scripts (names are full of them) remains as a piece of its own.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import numpy as np

from .e5_weights import E5Weights, Q4Matrix

# As the names of Unicode's characters begin. Every other kind of character (digits, signs, emoji) stays.
_SCRIPTS = {
    "LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL",
    "COMBINING", "MODIFIER", "FULLWIDTH", "HALFWIDTH", "FEMININE", "MASCULINE", "VARIATION", "MICRO", "OHM", "KELVIN", "ANGSTROM",
}  # fmt: skip
# What the project's languages write of scripts that others share.
_ALPHABETS = {
    "LATIN": frozenset("abcdefghijklmnopqrstuvwxyzàâäáãçéèêëíìîïñóòôöõúùûüýÿœæßªº"),
    "CYRILLIC": frozenset("абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
}
_WORD_BEGINS = "▁"


def of_interest(piece: str) -> bool:
    """Whether one of the project's languages may be written with `piece`."""
    alone = len(piece.removeprefix(_WORD_BEGINS)) == 1
    return all(_ours(sign, alone) for sign in piece if unicodedata.category(sign)[0] in "LM")


def _ours(sign: str, alone: bool) -> bool:
    script = unicodedata.name(sign, "").split(" ")[0]
    return script in _SCRIPTS and (alone or script not in _ALPHABETS or sign.lower() in _ALPHABETS[script])


def cut(weights: E5Weights) -> E5Weights:
    """The weights with fewer pieces, numbered anew."""
    special = {weights.bos, weights.eos, weights.pad, weights.unknown}
    kept = [number for number, piece in enumerate(weights.pieces) if number in special or of_interest(piece)]
    place = {old: new for new, old in enumerate(kept)}
    words = weights.matrices["emb.word"]
    return replace(
        weights,
        pieces=tuple(weights.pieces[number] for number in kept),
        scores=weights.scores[kept],
        matrices={**weights.matrices, "emb.word": Q4Matrix(words.scales[kept], np.ascontiguousarray(words.nibbles[kept]))},
        bos=place[weights.bos],
        eos=place[weights.eos],
        pad=place[weights.pad],
        unknown=place[weights.unknown],
    )
