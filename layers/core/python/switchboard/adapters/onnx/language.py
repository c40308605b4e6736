"""Which language a message is written in: by its script where that decides, else by its n-grams.

Customers write many languages in Latin letters (Hindi, Arabic, Russian, Japanese), so what is written in them is asked of the
linear model that learnt from the corpus (`switchboard.adapters.ngrams`). It knows the project's languages alone; other ones, and
those of other scripts, are told apart by the n-grams of bytes: multinomial naive Bayes, taken from py3langid and cut to the
scripts and languages that need it. Its states form a trie with suffix links (Aho and Corasick 1975): each byte moves to the
longest known n-gram that ends there, and counts that one.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np

UNDETERMINED = "und"
# More of a long text does not make the answer surer.
_READ_CHARACTERS = 400
# Links, addresses, handles, order numbers and article codes are not language.
_NOT_LANGUAGE = re.compile(r"https?://\S*|www\.\S+|\S*@\S+|[#/][^\W\d]\w*|[A-Za-z_]*\d[A-Za-z0-9_]*")

# Blocks of Unicode by their first code point; None: no block of interest.
_BLOCKS: tuple[tuple[int, str | None], ...] = (
    (0x0041, "latin"), (0x0250, None), (0x0370, "greek"), (0x0400, "cyrillic"), (0x0530, "armenian"),
    (0x0590, "hebrew"), (0x0600, "arabic"), (0x0780, None), (0x0900, "devanagari"), (0x0980, "bengali"),
    (0x0A00, "gurmukhi"), (0x0A80, "gujarati"), (0x0B00, None), (0x0B80, "tamil"), (0x0C00, "telugu"),
    (0x0C80, "kannada"), (0x0D00, "malayalam"), (0x0D80, "sinhala"), (0x0E00, "thai"), (0x0E80, "lao"),
    (0x0F00, None), (0x1000, "burmese"), (0x10A0, "georgian"), (0x1100, "hangul"), (0x1200, "ethiopic"),
    (0x13A0, None), (0x1780, "khmer"), (0x1800, None), (0x1E00, "latin"), (0x1F00, "greek"), (0x2000, None),
    (0x3040, "kana"), (0x3100, None), (0x3130, "hangul"), (0x3190, None), (0x31F0, "kana"), (0x3200, None),
    (0x3400, "han"), (0x4DC0, None), (0x4E00, "han"), (0xA000, None), (0xAC00, "hangul"), (0xD7B0, None),
    (0xF900, "han"), (0xFB00, None), (0xFB1D, "hebrew"), (0xFB50, "arabic"), (0xFE00, None), (0xFE70, "arabic"),
    (0xFF00, None), (0x20000, "han"), (0x32000, None),
)  # fmt: skip
_STARTS = [start for start, _ in _BLOCKS]
# Scripts that one language of customers writes; the others ask the model.
_ONE_LANGUAGE = {
    "greek": "el", "armenian": "hy", "hebrew": "he", "bengali": "bn", "gurmukhi": "pa", "gujarati": "gu",
    "tamil": "ta", "telugu": "te", "kannada": "kn", "malayalam": "ml", "sinhala": "si", "thai": "th", "lao": "lo",
    "burmese": "my", "georgian": "ka", "hangul": "ko", "ethiopic": "am", "khmer": "km",
}  # fmt: skip
_EAST_ASIAN = frozenset({"han", "kana", "hangul"})
# Product and brand names are Latin in every language, and one East Asian character says as much as several letters.
_LATIN_WEIGHT, _ALPHABET_WEIGHT, _EAST_ASIAN_WEIGHT = 1, 2, 4
# Chinese writes a kana now and then for show; Japanese cannot do without.
_LEAST_KANA = 0.1
# Simplifications and inventions that only Japanese uses, for messages without kana.
_JAPANESE_ONLY = frozenset(
    "払込図価仮円関気駅県読売変単権楽辺広働両済斉剤検険験対応帰択沢訳釈処拠総絵経続継発伝転軽鉄歳黒毎渋塩豊"
    "囲団壊実栄営巻悩恵戦掲桜歩満焼"
)

# N-grams say little of one short word, and these are the words that customers send alone.
_ALONE = {
    word: language
    for language, words in {
        "en": "ok okay yes yeah yep no nope hi hey hello thanks thank thx bye please cool great good help stop",
        "es": "hola sí si gracias adiós vale claro bueno buenas buenos por favor ayuda perfecto",
        "fr": "bonjour salut oui non merci d'accord bonsoir coucou svp aide parfait",
        "de": "hallo ja nein danke bitte tschüss tschüß moin servus guten gut genau hilfe doch passt",
        "pt": "olá ola oi sim não nao obrigado obrigada tchau valeu beleza ajuda isso",
        "it": "ciao sì grazie buongiorno buonasera arrivederci prego salve va bene aiuto certo perfetto",
    }.items()
    for word in words.split()
}
_ALONE_WORDS = 2
# In units of log-likelihood. Chosen on messages held back from the corpus and phrases in languages that it lacks.
_CLEARLY_AHEAD = 12.0


class LanguageIdentifier:
    """Names the language of a text by its ISO 639-1 code, or `UNDETERMINED`."""

    def __init__(self, path: Path) -> None:
        """Reads what the model's build wrote."""
        with np.load(path, allow_pickle=False) as file:
            # an edge is state * 256 + byte
            self._edges = dict(zip(file["edges"].tolist(), file["targets"].tolist(), strict=True))
            self._suffixes: list[int] = file["suffixes"].tolist()
            self._features: list[int] = file["features"].tolist()
            self._table = file["table"]  # feature, language: log-likelihood in 8 bits
            self._least, self._step = file["scale"].tolist()
            self._priors = file["priors"]
            settings = json.loads(file["settings"].tobytes())
        self._own = frozenset(settings["own"])
        self._languages: list[str] = settings["languages"]
        self._candidates = {
            script: np.array([self._languages.index(language) for language in languages])
            for script, languages in settings["scripts"].items()
        }

    def identify(self, text: str, likely: Mapping[str, float]) -> str:
        """The language of `text`; `UNDETERMINED` when it holds no word, as with emoji or numbers alone.

        `likely`: how much speaks for each of the project's languages by the n-grams of the corpus, above 0 if all in all.
        """
        text = _NOT_LANGUAGE.sub(" ", unicodedata.normalize("NFKC", text[:_READ_CHARACTERS]))
        script = _script(text)
        if script is None:
            return UNDETERMINED
        if script == "han":
            return "ja" if any(character in _JAPANESE_ONLY for character in text) else "zh"
        if script == "kana":
            return "ja"
        if script in _ONE_LANGUAGE:
            return _ONE_LANGUAGE[script]
        scores = self._by_bytes(text, script)
        if script != "latin":
            return max(scores, key=lambda language: scores[language])
        return _alone(text) or _foreign(scores, self._own, likely) or max(likely, key=lambda language: likely[language])

    def _by_bytes(self, text: str, script: str) -> dict[str, float]:
        """The log-probability of each language of the script, up to a constant."""
        text = " ".join(text.split())
        # the model was made from text in its usual case, and headlines in capitals mislead it
        counts = self._count((text.lower() if text.isupper() else text).encode("utf-8", "replace"))
        candidates = self._candidates[script]
        scores = self._priors[candidates].astype(np.float32)
        if counts:
            features = np.fromiter(counts.keys(), np.intp, len(counts))
            weights = np.log1p(np.fromiter(counts.values(), np.float32, len(counts)))
            scores = scores + weights @ (self._table[np.ix_(features, candidates)] * np.float32(self._step) + np.float32(self._least))
        return dict(zip((self._languages[int(candidate)] for candidate in candidates), scores.tolist(), strict=True))

    def _count(self, data: bytes) -> Counter[int]:
        edges, suffixes, features = self._edges, self._suffixes, self._features
        state = 0
        seen: list[int] = []
        for byte in data:
            following = edges.get((state << 8) | byte)
            while following is None and state:
                state = suffixes[state]
                following = edges.get((state << 8) | byte)
            state = following or 0
            if features[state] >= 0:
                seen.append(features[state])
        return Counter(seen)


def _foreign(scores: Mapping[str, float], own: frozenset[str], likely: Mapping[str, float]) -> str | None:
    """The best language that is none of the project's, if it is clearly ahead and the corpus speaks for none."""
    if max(likely.values()) >= 0:
        return None
    best = max((language for language in scores if language not in own), key=lambda language: scores[language])
    ahead = scores[best] - max(score for language, score in scores.items() if language in own)
    return best if ahead > _CLEARLY_AHEAD else None


def _alone(text: str) -> str | None:
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower())
    languages = {_ALONE.get(word) for word in words}
    return languages.pop() if 0 < len(words) <= _ALONE_WORDS and len(languages) == 1 else None


def _script(text: str) -> str | None:
    letters: Counter[str] = Counter()
    for character in text:
        if character.isalpha():
            block = _BLOCKS[max(bisect_right(_STARTS, ord(character)) - 1, 0)][1]
            if block:
                letters[block] += 1
    east_asian = sum(letters[script] for script in _EAST_ASIAN)
    weights = {
        script: count * (_LATIN_WEIGHT if script == "latin" else _ALPHABET_WEIGHT)
        for script, count in letters.items()
        if script not in _EAST_ASIAN
    }
    best = max(weights, key=lambda script: weights[script], default=None)
    if best and weights[best] >= east_asian * _EAST_ASIAN_WEIGHT:
        return best
    if not east_asian:
        return None
    if letters["hangul"] >= letters["han"] + letters["kana"]:
        return "hangul"
    return "kana" if letters["kana"] >= _LEAST_KANA * east_asian else "han"
