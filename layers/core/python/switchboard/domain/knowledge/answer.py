"""The bot's answer made of a hit, and what an agent is offered."""

from __future__ import annotations

from urllib.parse import quote

from switchboard.domain.knowledge.hits import Hit
from switchboard.domain.knowledge.passages import sentences

LONGEST = 600  # characters of an answer, its source not counted
_SOURCE = {
    "en": "Source", "de": "Quelle", "fr": "Source", "es": "Fuente", "pt": "Fonte", "it": "Fonte", "ru": "Источник",
    "zh": "来源", "ja": "出典", "ko": "출처", "ar": "المصدر", "hi": "स्रोत",
}  # fmt: skip


def answer(hit: Hit, language: str, base_url: str = "") -> str:
    """What the bot says: the passage, at most LONGEST characters in whole sentences and items, and the article it is from.

    `base_url`: where the company shows its articles; then the source is a link."""
    source = f"{_SOURCE.get(language, _SOURCE['en'])}: {hit.title}"
    if base_url:
        source += f" {base_url.rstrip('/')}/{quote(hit.article)}"
    return f"{shortened(_said(hit))}\n\n{source}"


def suggestion(hit: Hit) -> str:
    """What an agent may send as it is, or edit first."""
    return shortened(_said(hit))


def _said(hit: Hit) -> str:
    return f"{hit.heading}\n{hit.text}" if hit.heading else hit.text


def shortened(text: str, longest: int = LONGEST) -> str:
    """As many whole lines as fit, and whole sentences of the next. Where not even the first sentence fits, its words do, and an
    ellipsis says so."""
    if len(text) <= longest:
        return text
    kept = ""
    for line in text.split("\n"):
        if len(kept) + 1 + len(line) <= longest:
            kept += f"\n{line}"
            continue
        begun = ""
        for sentence in sentences(line):
            if len(kept) + 1 + len(begun) + len(sentence) > longest:
                break
            begun += sentence
        kept += f"\n{begun}" if begun.strip() else ""
        break
    kept = kept.strip()
    if kept:
        return kept
    cut = text[: longest - 1]
    return (cut.rsplit(None, 1)[0] if " " in cut[longest // 2 :] else cut).rstrip() + "\u2026"
