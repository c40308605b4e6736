"""The words of the waiting room, in the customer's language. The data are `resources/waiting_room.json`; a company may have its own
in the same form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from switchboard.domain.errors import Malformed
from switchboard.domain.waiting_room.decisions import FormReason, OfferCallback, OfferForm, Tell
from switchboard.domain.waiting_room.estimate import COUNTED, Estimate
from switchboard.domain.waiting_room.figures import Figure, Shape, figure
from switchboard.domain.waiting_room.form import Problem, Question
from switchboard.domain.waiting_room.plurals import LANGUAGES, form_of, forms, number

FALLBACK = "en"
_RUN_ON = frozenset({"zh", "ja"})  # no space between sentences
_ONE_NUMBER = {"en": {"one"}, "de": {"one"}, "es": {"one"}, "it": {"one"}, "ar": {"zero", "one", "two"}}
"""Plural forms that stand for a single number, so that words may take the place of the digits."""


class Word(StrEnum):
    """Messages without figures."""

    ASK_NUMBER = "ask_number"
    CALLBACK_AGREED = "callback_agreed"
    CALLBACK_DECLINED = "callback_declined"
    FORM_DONE = "form_done"
    FORM_DECLINED = "form_declined"


_WAITS = {"less_than": {"n"}, "about": {"n"}, "between": {"low", "n"}, "more_than": {"n"}, "more_than_hours": {"n"}}
_SENTENCES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys((*Word, *(f"ask_{q}" for q in Question), *(f"problem_{p}" for p in Problem)), frozenset()),
    **dict.fromkeys(("yes", "no", "next", "wait_unknown", "apology"), frozenset()),
    **dict.fromkeys(("offer_here", *(f"form_{r}" for r in FormReason)), frozenset({"yes", "no"})),
    "offer_number": frozenset({"no"}), "position": frozenset({"position"}), "wait": frozenset({"wait"}),
}  # fmt: skip
_LABELS = frozenset(q.value for q in Question)
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class _Language:
    sentences: Mapping[str, str]
    waits: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Texts:
    """Everything said in the waiting room. `language` is ISO 639-1 or a tag such as "pt-BR"; a language without texts is served in
    English."""

    _languages: Mapping[str, _Language]

    def tell(self, step: Tell | OfferCallback, language: str, *, number_known: bool = False) -> str:
        """The position, the wait, and the offer if there is one. `number_known`: the channel's own number can be called, so only yes
        or no is asked for."""
        known, code, region = self._of(language)
        say = known.sentences
        parts = [say["apology"]] if step.apology else []
        shown = number(step.position, code, region)
        if step.position <= COUNTED:
            parts.append(say["next"] if step.position == 1 else _filled(say["position"], position=shown))
        wait = self.wait(step.estimate, language)
        parts.append(_filled(say["wait"], wait=wait) if wait else say["wait_unknown"])
        if isinstance(step, OfferCallback):
            offer = say["offer_here" if number_known else "offer_number"]
            parts.append(_filled(offer, yes=say["yes"], no=say["no"]))
        return ("" if code in _RUN_ON else " ").join(parts)

    def wait(self, estimate: Estimate, language: str) -> str:
        """The wait alone ("about 10 minutes"); "" where it is not known."""
        known, code, region = self._of(language)
        name, low, n = _said(figure(estimate))
        if not name:
            return ""
        template = known.waits[name][form_of(code, n)]
        return _filled(template, low=number(low, code, region), n=number(n, code, region))

    def offer_form(self, step: OfferForm, language: str) -> str:
        """The question whether to take the matter down."""
        say = self._of(language)[0].sentences
        return _filled(say[f"form_{step.reason}"], yes=say["yes"], no=say["no"])

    def ask(self, question: Question, language: str, problem: Problem | None = None) -> str:
        """The form's question; after a problem, what was wrong in its place."""
        return self._of(language)[0].sentences[f"problem_{problem}" if problem else f"ask_{question}"]

    def word(self, word: Word, language: str) -> str:
        """A message without figures."""
        return self._of(language)[0].sentences[word]

    def labels(self, language: str) -> Mapping[str, str]:
        """The names of the form's fields, for `form.summary`."""
        return self._of(language)[0].labels

    def _of(self, language: str) -> tuple[_Language, str, str]:
        """The texts, the language they are in, and the customer's country if the tag names it."""
        code, *rest = language.replace("_", "-").split("-")
        region = next((part.upper() for part in rest if len(part) == 2 and part.isalpha()), "")
        found = code.lower() if code.lower() in self._languages else FALLBACK
        return self._languages[found], found, region


def _said(f: Figure) -> tuple[str, int, int]:
    """The template that says a figure, its lower number, and the number its plural goes by."""
    match f.shape:
        case Shape.UNKNOWN:
            return "", 0, 0
        case Shape.ABOUT:
            return "about", f.low, f.about
        case Shape.MORE_THAN:
            whole_hours = f.low >= 60 and f.low % 60 == 0
            return ("more_than_hours", 0, f.low // 60) if whole_hours else ("more_than", 0, f.low)
        case Shape.LESS_THAN | Shape.BETWEEN:
            assert f.high is not None, "these have an upper bound"
            return f.shape.value, f.low, f.high


def _filled(template: str, **values: str) -> str:
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)


# -- from JSON -----------------------------------------------------------------------------------


def parse(data: object, field: str = "waiting_room_texts") -> Texts:
    """Texts by language, each complete: no sentence, plural form or placeholder too many or too few. Raises Malformed, which names
    the text at fault."""
    if not isinstance(data, Mapping) or FALLBACK not in data:
        raise Malformed(f"{field!r} maps languages to texts, {FALLBACK!r} among them")
    return Texts({_known(language, field): _language(texts, language, f"{field}.{language}") for language, texts in data.items()})


def _known(language: object, field: str) -> str:
    if language not in LANGUAGES:
        raise Malformed(f"{field!r} has {str(language)[:32]!r}; plural rules are known of {', '.join(LANGUAGES)}")
    return str(language)


def _language(data: object, language: str, field: str) -> _Language:
    given = _object(data, {*_SENTENCES, "waits", "labels"}, field)
    sentences = {name: _text(given[name], needs, needs, f"{field}.{name}") for name, needs in _SENTENCES.items()}
    waits = _object(given["waits"], set(_WAITS), f"{field}.waits")
    labels = _object(given["labels"], set(_LABELS), f"{field}.labels")
    return _Language(
        sentences,
        {name: _plurals(waits[name], language, frozenset(has), f"{field}.waits.{name}") for name, has in _WAITS.items()},
        {name: _text(text, frozenset(), frozenset(), f"{field}.labels.{name}") for name, text in labels.items()},
    )


def _plurals(data: object, language: str, has: frozenset[str], field: str) -> Mapping[str, str]:
    given = _object(data, set(forms(language)), field)
    spare = _ONE_NUMBER.get(language, set())
    return {
        form: _text(text, has - {"n"} if form in spare else has, has, f"{field}.{form}") for form, text in given.items()
    }  # fmt: skip


def _object(data: object, names: set[str], field: str) -> Mapping[str, object]:
    if not isinstance(data, Mapping) or set(data) != names:
        off = sorted(names ^ set(data), key=str) if isinstance(data, Mapping) else []
        raise Malformed(f"{field!r} is an object of {', '.join(sorted(names))}" + (f"; see {str(off[0])[:64]!r}" if off else ""))
    return data


def _text(value: object, needs: frozenset[str], may: frozenset[str], field: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Malformed(f"{field!r} is a text")
    found = _PLACEHOLDER.findall(value)
    if not needs <= set(found) <= may or len(set(found)) != len(found) or set(_PLACEHOLDER.sub("", value)) & {"{", "}"}:
        raise Malformed(f"{field!r} has the placeholders {', '.join(sorted(may)) or '(none)'}, each once")
    return value
