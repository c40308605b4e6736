"""Plural forms and numbers as each language has them, after Unicode CLDR (plurals.xml, numbers of each locale).

Only whole numbers below a million are counted here: beyond, some Romance languages have one more form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Rule = Callable[[int], str]


def _one(n: int) -> str:
    return "one" if n == 1 else "other"


def _zero_too(n: int) -> str:
    return "one" if n in (0, 1) else "other"


def _only_other(n: int) -> str:  # noqa: ARG001 - these languages have one form for every number
    return "other"


def _russian(n: int) -> str:
    if n % 10 == 1 and n % 100 != 11:
        return "one"
    return "few" if n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14) else "many"


def _arabic(n: int) -> str:
    if n < 3:
        return ("zero", "one", "two")[n]
    rest = n % 100
    return "few" if 3 <= rest <= 10 else "many" if rest >= 11 else "other"


_RULES: Mapping[str, tuple[Rule, tuple[str, ...]]] = {
    "en": (_one, ("one", "other")), "de": (_one, ("one", "other")), "es": (_one, ("one", "other")),
    "it": (_one, ("one", "other")), "fr": (_zero_too, ("one", "other")), "pt": (_zero_too, ("one", "other")),
    "hi": (_zero_too, ("one", "other")), "zh": (_only_other, ("other",)), "ja": (_only_other, ("other",)),
    "ko": (_only_other, ("other",)), "ru": (_russian, ("one", "few", "many")),
    "ar": (_arabic, ("zero", "one", "two", "few", "many", "other")),
}  # fmt: skip

LANGUAGES = tuple(_RULES)

_GROUPS = {"en": ",", "zh": ",", "ja": ",", "ko": ",", "hi": ",", "de": ".", "pt": ".", "es": ".", "it": ".", "fr": "\u202f",
           "ru": "\u00a0", "ar": ","}  # fmt: skip
_FIVE_DIGITS = frozenset({"es", "it"})
"""Languages that do not part a number of four digits."""
_ARABIC_DIGITS = str.maketrans("0123456789,", "٠١٢٣٤٥٦٧٨٩٬")
_EASTERN = frozenset({
    "BH", "DJ", "EG", "ER", "IL", "IQ", "JO", "KM", "KW", "LB", "MR", "OM", "PS", "QA", "SA", "SD", "SO", "SS", "SY", "TD", "YE",
})  # fmt: skip
"""Countries that write Arabic with its own digits; the others, and where the country is not known, 0 to 9."""
_MAGHREB = frozenset({"DZ", "LY", "MA", "TN"})


def forms(language: str) -> tuple[str, ...]:
    """The names of the language's plural forms."""
    return _RULES[language][1]


def form_of(language: str, n: int) -> str:
    """The plural form that goes with n."""
    return _RULES[language][0](n)


def number(n: int, language: str, region: str = "") -> str:
    """A whole number below a million as the language writes it. `region`: ISO 3166, where it is known."""
    digits, group = str(n), _GROUPS[language]
    if language == "ar" and region in _MAGHREB:
        group = "."
    if len(digits) > (4 if language in _FIVE_DIGITS else 3):
        digits = f"{digits[:-3]}{group}{digits[-3:]}"
    return digits.translate(_ARABIC_DIGITS) if language == "ar" and region in _EASTERN else digits
