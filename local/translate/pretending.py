"""A pretended translation: known phrases are said in the other language, the rest stays, and the line says so by the language's code
in brackets before it. Markup with `translate="no"` is left alone, as the service leaves it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

LANGUAGES = ("zh", "en", "es", "fr", "de", "pt", "it", "ru", "ja", "ko", "ar", "hi")
_LEFT_ALONE = re.compile(r"(<(\w+)[^<>]*translate=\"?no\"?[^<>]*>.*?</\2>)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]")
_UNSPACED = ("zh", "ja", "ko")


@cache
def _phrases(source: str, target: str) -> tuple[re.Pattern[str], dict[str, str]]:
    entries = yaml.safe_load((Path(__file__).parent / "phrases.yaml").read_text(encoding="utf-8"))
    said = {entry[source].casefold(): entry[target] for entry in reversed(entries)}
    either = "|".join(map(re.escape, sorted(said, key=len, reverse=True)))
    pattern = either if source in _UNSPACED else rf"(?<!\w)(?:{either})(?!\w)"
    return re.compile(pattern, re.IGNORECASE), said


def translated(text: str, source: str, target: str) -> str:
    """The text line by line."""
    return "\n".join(_line(line, source, target) for line in text.split("\n"))


def _line(line: str, source: str, target: str) -> str:
    pattern, said = _phrases(source, target)
    left, shown = "", []
    for place, part in enumerate(_LEFT_ALONE.split(line)):
        if place % 3 == 2:  # the element's name
            continue
        if place % 3 == 1:
            shown.append(part)
            continue
        left += pattern.sub("", part)
        shown.append(pattern.sub(lambda found: said[found[0].casefold()], part))
    return ("" if not _WORD.search(left) else f"[{target}] ") + "".join(shown)


def without_marks(text: str) -> str:
    """The same, with the markup and what it keeps gone: what a careless engine gives back."""
    return _LEFT_ALONE.sub("", text)
