"""E-mail addresses, in any script. Where words are written without blanks an address ends where its letters do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from switchboard.domain.privacy.kinds import CHECKED, LIKELY, Found, Kind

_LETTERS = {  # that are written with blanks between words, each with what may stand among them in an address
    "latin": "A-Za-z0-9\u00c0-\u024f\u1e00-\u1eff",
    "cyrillic": "\u0400-\u052f0-9", "greek": "\u0370-\u03ff0-9", "arabic": "\u0600-\u06ff0-9", "devanagari": "\u0900-\u097f0-9",
    "cjk": "\u3040-\u30ff\u3400-\u9fff0-9", "hangul": "\uac00-\ud7af0-9",
}  # fmt: skip
_AT = re.compile(r"(?<=[^\s@])@(?=[^\s@.,;]{1,63}\.[^\s@.,;])")
_TOP = re.compile(r"(?:[xX][nN]--[A-Za-z0-9-]{2,59}|[^\W\d_]{2,24}[\u0900-\u0903\u093a-\u094f]*)")
_FILES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "svg", "pdf", "css", "js", "heic", "mp4", "zip"})
_SPELLED = (
    r"(?<![\w.])[A-Za-z0-9][\w.+-]{0,63} ?[\[({] ?(?:at|AT|ät|arroba|chiocciola|собака|аt) ?[\])}] ?[A-Za-z0-9-]{1,63}"
    r"(?: ?[\[({] ?(?:dot|DOT|punkt|punto|point|ponto|точка) ?[\])}] ?|\.)[A-Za-z]{2,24}"
    r"(?:(?: ?[\[({] ?(?:dot|DOT|punkt|punto|point|ponto) ?[\])}] ?|\.)[A-Za-z]{2,24})?(?!\w)"
)
_MOST_LOCAL, _MOST_DOMAIN = 64, 253
_EDGES = ".%-"


def emails(text: str) -> Iterator[Found]:
    """`text` is folded."""
    done = 0
    for m in _AT.finditer(text):
        if (span := _around(text, m.start(), done)) is not None:
            yield Found(*span, Kind.EMAIL, CHECKED)
            done = span[1]
    if "at" in text or "AT" in text or "arroba" in text or "chiocciola" in text:
        for m in re.finditer(_SPELLED, text):
            yield Found(*m.span(), Kind.EMAIL, LIKELY)


def _around(text: str, at: int, floor: int) -> tuple[int, int] | None:
    before, after = text[max(floor, at - _MOST_LOCAL) : at], text[at + 1 : at + 1 + _MOST_DOMAIN]
    if not (domain := _domain(after)) or not (local := _local(before)):
        return None
    return at - len(local), at + 1 + len(domain)


def _local(before: str) -> str:
    start = len(before)
    letters = _script(before[::-1].lstrip("._+-")[:1])
    if letters is None:
        return ""
    while start and (before[start - 1] in _CHARS or _is(before[start - 1], letters)):
        start -= 1
    found = before[start:].lstrip(_EDGES)
    return "" if found.endswith(".") else found


_CHARS = "._%+-"
_FIRST = {  # of the letters' ranges, for a quick look
    name: [tuple(map(ord, pair)) for pair in re.findall(r"(.)-(.)", letters)] for name, letters in _LETTERS.items()
}


@cache
def _label(letters: str) -> re.Pattern[str]:
    """A domain's labels of one script; made when first asked for, as each function's start would wait for all."""
    each = _LETTERS[letters]
    label = rf"[{each}](?:[{each}-]{{0,61}}[{each}])?"
    return re.compile(rf"{label}(?:\.{label})*")


def _is(c: str, letters: str) -> bool:
    return any(a <= ord(c) <= b for a, b in _FIRST[letters])


def _script(c: str) -> str | None:
    return next((name for name in _LETTERS if c and _is(c, name)), None)


def _domain(after: str) -> str:
    letters = _script(after[:1])
    if letters is None or (m := _label(letters).match(after)) is None:
        return ""
    end = m.end()
    if after[end : end + 1] == "." and (other := _script(after[end + 1 : end + 2])) not in (None, letters):
        top = _label(other or "").match(after, end + 1)  # a Latin top-level domain under Chinese names, and the reverse
        end = top.end() if top is not None else end
    parts = after[:end].split(".")
    while len(parts) > 2 and _next_sentence(parts):
        parts.pop()
    if len(parts) < 2 or _TOP.fullmatch(parts[-1]) is None or parts[-1].lower() in _FILES:
        return ""
    return ".".join(parts)


def _next_sentence(parts: list[str]) -> bool:
    """Whether the last part is a sentence's first word that lacks its blank: "anna@web.de.Danke"."""
    return parts[-1][:1].isupper() and not parts[-1].isupper() and parts[-2].islower()
