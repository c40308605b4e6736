"""The languages people are served in, by ISO 639-1."""

from __future__ import annotations

from switchboard.domain.errors import Malformed

LANGUAGES = ("zh", "en", "es", "fr", "de", "pt", "it", "ru", "ja", "ko", "ar", "hi")
NAMES = {
    "zh": "中文", "en": "English", "es": "Español", "fr": "Français", "de": "Deutsch", "pt": "Português", "it": "Italiano",
    "ru": "Русский", "ja": "日本語", "ko": "한국어", "ar": "العربية", "hi": "हिन्दी",
}  # fmt: skip
UNSPACED = frozenset({"zh", "ja"})
"""Written without spaces between words."""


def known(language: str) -> str:
    """The language without its region; "" for one that we do not serve ("und" too)."""
    base = language.partition("-")[0].lower()
    return base if base in LANGUAGES else ""


def required(language: str, field: str = "language") -> str:
    """The same of what somebody asked for. Raises Malformed."""
    if not (found := known(language)):
        raise Malformed(f"{field!r} is one of {', '.join(LANGUAGES)}")
    return found
