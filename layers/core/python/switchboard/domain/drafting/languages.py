"""Which of the project's languages a draft is written in: by its script, and among those in Latin letters by the small words that
no sentence does without. No model: whoever checks a draft carries none. Enough for sentences; a single word decides nothing."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

LATIN = ("en", "de", "fr", "es", "pt", "it")
NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese", "it": "Italian", "ru": "Russian",
    "zh": "Chinese", "ja": "Japanese", "ko": "Korean", "ar": "Arabic", "hi": "Hindi",
}  # fmt: skip
_SMALL = {
    "en": "the of and to a in is you that it your for are on with as be at this have from or by not but we can will an our if please "
    "which what when i my me us them their there has was were would could should do does how any all so about been",
    "de": "der die das und ist ein eine einen einem sie ihr ihre ihren ihnen ich wir nicht mit für auf von zu zum zur den dem des "
    "sich im es an als auch bei nach oder wenn wird werden kann können haben hat sind bitte aus um wie dass wurde noch nur über",
    "fr": "le la les de des du et est un une vous votre vos nous notre je ne pas pour dans sur avec que qui en au aux ce cette ces il "
    "elle sont par plus ou si à été être avez pouvez peut votre afin dès lors sera seront s'il",
    "es": "el la los las de del y es un una usted su sus nosotros no para en con por que se lo le al como más o si puede pueden está "
    "están ha han ser sin sobre este esta esto estos nuestro nuestra hasta desde favor cuando tiene",
    "pt": "o a os as de do da dos das e é um uma você seu sua seus suas nós não para em com por que se ao à como mais ou no na nos "
    "nas pode podem está estão foi ser sem sobre este esta isso nosso nossa até desde favor quando tem pelo pela",
    "it": "il lo la i gli le di del della dei delle e è un una lei suo sua suoi noi non per in con che si al alla come più o se può "
    "possono sono ha hanno essere senza su questo questa nostro nostra fino da dal dalla quando nel nella ai",
}
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL.items()}
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_SCRIPTS = {
    "CJK": "han", "HIRAGANA": "kana", "KATAKANA": "kana", "HANGUL": "hangul", "CYRILLIC": "cyrillic", "ARABIC": "arabic",
    "DEVANAGARI": "devanagari", "LATIN": "latin",
}  # fmt: skip
_OF_SCRIPT = {"ru": "cyrillic", "ar": "arabic", "hi": "devanagari", "ko": "hangul", "zh": "han", "ja": "kana"}
_LEAST_KANA = 0.08
_SAID_ENOUGH = 8  # words
_LEAST_SHARE = 0.1  # of small words in what is said in a language of Latin letters


def script_of(text: str) -> str:
    """The script most letters are of; an ideograph says as much as several letters. "" where there are none."""
    found: Counter[str] = Counter()
    for c in unicodedata.normalize("NFKC", text):
        if c.isalpha():
            kind = _SCRIPTS.get(unicodedata.name(c, "?").split()[0], "other")
            found[kind] += 1 if kind in ("latin", "other") else 3 if kind in ("han", "kana", "hangul") else 2
    east = found["han"] + found["kana"]
    if east and east >= found.most_common(1)[0][1]:
        return "kana" if found["kana"] >= _LEAST_KANA * east else "han"
    return found.most_common(1)[0][0] if found else ""


def counts(text: str) -> dict[str, int]:
    """For each language of Latin letters, how many of the words are small words of it."""
    words = [w.lower().replace("\u2019", "'") for w in _WORD.findall(text)]
    return {language: sum(w in known for w in words) for language, known in _WORDS.items()}


def is_in(text: str, language: str, heard: str = "") -> bool:
    """Whether a text can be in that language. Of a language that is none of the project's nothing is known: True. `heard`: the
    customer's own words; who writes Hindi, Arabic or Russian in Latin letters may be answered so, not in English."""
    if language not in NAMES:
        return True
    script = script_of(text)
    if not script:
        return True
    if language in LATIN:
        return script == "latin" and _is_latin(text, language)
    if script == _OF_SCRIPT[language] or (language == "ja" and script == "han" and len(text) < 12):
        return True
    return script == "latin" and script_of(heard) == "latin" and not _says(counts(text), text)


def _is_latin(text: str, language: str) -> bool:
    found, total = counts(text), len(_WORD.findall(text))
    most = max(found.values())
    if total < _SAID_ENOUGH:
        return found[language] > 0 or most < 3
    return found[language] >= most * 0.75 and found[language] >= _LEAST_SHARE * total


def _says(found: dict[str, int], text: str) -> bool:
    return max(found.values()) >= max(2, 0.2 * len(_WORD.findall(text)))
