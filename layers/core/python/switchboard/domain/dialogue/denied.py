"""Which of several options a customer names is denied: "for good, not for a while", "pausar no quiero". A denial is of one option: the
next one in its clause, or, where languages deny at the end, the one before. A no by itself ("nein, kündigen") is of none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from switchboard.domain.dialogue.agreement import DENIAL, PAUSES
from switchboard.domain.dialogue.message import Message
from switchboard.domain.dialogue.phrases import Phrases

_BEFORE, _BEFORE_RUNNING = 6, 8
"""Words, or characters of a script that runs on, between a denial and the option it is of."""
_AFTER = 3
"""Words of a denial that follows its option, and to the end of its clause: "pausar no quiero", "pausieren will ich nicht"."""
_ALONE: Mapping[str, Phrases] = {  # deny what was said before, and nothing that follows
    "en": Phrases(("no", "nope", "nah")), "de": Phrases(("nein", "nee", "nö", "nix")), "fr": Phrases(("non", "nan")),
    "it": Phrases(("no", "nah")), "ru": Phrases(("нет", "неа")),
    "zh": Phrases(("否", "没事", "没错", "不好意思", "不用了", "不要了", "没用")),
}  # fmt: skip
_LASTING: Mapping[str, Phrases] = {  # deny that something goes on, not what is to be done about it
    "en": Phrases(("not any more", "not anymore", "no longer", "don't need", "don't use",
                   "do not need", "do not use", "no problem")),
    "de": Phrases(("nicht mehr", "keinen", "keine zeit", "kein geld", "kein problem", "brauche nicht", "nutze nicht")),
    "fr": Phrases(("pas besoin", "pas utilise", "pas de problème")),
    "es": Phrases(("no uso", "no la uso", "no me sirve", "no necesito")),
    "pt": Phrases(("não uso", "não preciso", "não me serve")), "it": Phrases(("non uso", "non mi serve", "non la uso", "non lo uso")),
    "ru": Phrases(("не пользуюсь", "не нужна", "не нужно", "не нужен")),
    "zh": Phrases(("不再", "不用", "没用", "没时间", "没钱", "不需要")),
    "ar": Phrases(("لا أستخدم", "لا استخدم", "مش بستخدم", "مش محتاج")), "hi": Phrases(()),
}  # fmt: skip
_DENIED_AFTER: Mapping[str, tuple[str, ...]] = {  # how an option is denied after its name, where nothing else denies
    "ja": (
        "じゃなく", "ではなく", "じゃない", "ではない", "はしない", "しない", "したくない", "はしたくない", "したくありません",
        "しません", "はしません", "せず", "はいらない", "は不要", "はやめ", "は結構",
    ),
    "ko": ("말고", "가 아니", "이 아니", "는 아니", "은 아니", "아니", "하지 말", "하지 마",
           "하지 않", "지 말", "는 싫", "은 싫",
           "는 안", "은 안", "하기 싫"),
    "hi": (
        "नहीं", "नही", "मत", "के लिए नहीं", "nahi", "nahin", "mat", "करना नहीं", "ना नहीं", "करने का नहीं", "करवाना नहीं", "karna nahi",
        "करो मत", "में नहीं", "पर नहीं", "नहीं चाहिए",
    ),
}  # fmt: skip
_MAT = Phrases(("मत", "mat"))


@dataclass(frozen=True, slots=True)
class Found:
    """A value and its place in the message."""

    value: str
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        return self.start, self.end


def undenied(found: list[Found], m: Message, language: str) -> list[Found]:
    """The options that are not denied, in their order."""
    if not found:
        return []
    places = [_place(f, m) for f in found]
    if language in _DENIED_AFTER:
        denied = {n for n, f in enumerate(found) if m.shown[f.end :].lstrip().startswith(_DENIED_AFTER[language])}
        if language == "hi":
            denied |= {n for n, (start, _) in enumerate(places) if start and _MAT.at(m.forms, start - 1)}
        return _left(found, denied)
    denied = set()
    for place in _denials(m, language, places):
        if (which := _denied_by(place, m, places)) is not None:
            denied.add(which)
    return _left(found, denied)


def _left(found: list[Found], denied: set[int]) -> list[Found]:
    """What was not denied; of an option with two names ("ended for good") one is enough, where another is left."""
    values = {found[n].value for n in denied}
    others = [f for f in found if f.value not in values]
    return others or [f for n, f in enumerate(found) if n not in denied]


def _place(f: Found, m: Message) -> tuple[int, int]:
    start = next(n for n, w in enumerate(m.words) if w.start >= f.start)
    return start, next((n for n, w in enumerate(m.words) if w.start >= f.end), len(m.words))


def _denials(m: Message, language: str, places: list[tuple[int, int]]) -> list[int]:
    """The words that deny an option: none within an option's own name."""
    alone, lasting = _ALONE.get(language, Phrases(())), _LASTING.get(language, Phrases(()))
    found: list[int] = []
    for n in range(len(m.forms)):
        if not DENIAL.at(m.forms, n) or any(start <= n < end for start, end in places) or _whether(m.forms, n):
            continue
        bound = alone.at(m.forms, n) and not _want(m, n)
        if not bound and not any(lasting.at(m.forms, at) > n - at for at in range(max(0, n - 1), n + 1)):
            found.append(n)
    return found


def _want(m: Message, n: int) -> bool:
    """ "No pause": a no that is directly before what it denies, and nothing else is said before it."""
    return m.forms[n] == "no" and n + 2 == len(m.forms) and not _paused(m, n, n + 1)


def _denied_by(place: int, m: Message, places: list[tuple[int, int]]) -> int | None:
    running = len(m.forms[place]) == 1 and m.forms[place] >= "\u2e80"
    reach = _BEFORE_RUNNING if running else _BEFORE
    ahead = [n for n, (start, _) in enumerate(places) if place < start <= place + reach and not _paused(m, place, start)]
    behind = [n for n, (_, end) in enumerate(places) if 0 <= place - end < _AFTER and not _paused(m, end - 1, place)]
    if behind and not running and _ends(m, place) and not ahead:
        return behind[-1]
    return ahead[0] if ahead else None


def _ends(m: Message, place: int) -> bool:
    """Whether a clause ends soon after a word."""
    return place + _AFTER >= len(m.words) or any(_paused(m, n, n + 1) for n in range(place, place + _AFTER))


def _paused(m: Message, first: int, then: int) -> bool:
    """Whether a pause, or a particle that ends a clause, is between two words."""
    between = m.shown[m.words[first].end : m.words[then].start]
    return any(c in PAUSES for c in between) or "了" in m.forms[first:then] or "吧" in m.forms[first:then]


def _whether(forms: tuple[str, ...], place: int) -> bool:
    """Whether a denial is half of a question: "是不是" asks whether it is."""
    return 0 < place < len(forms) - 1 and forms[place - 1] == forms[place + 1]
