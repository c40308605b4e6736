"""Whether an answer may be seen: judged by its words alone, as if the model had obeyed whoever wanted it to say anything else.

The checks stand on what was given to the model, never on what it says of itself. Where they err they refuse: the agent writes the
answer then, as ever. docs/drafts.md says what they cannot see."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from switchboard.domain.drafting import reasons
from switchboard.domain.drafting.claims import matters
from switchboard.domain.drafting.languages import LATIN, counts, is_in, script_of
from switchboard.domain.drafting.links import allowed, emails, links, without_emails
from switchboard.domain.drafting.numbers import measures, numbers, readings
from switchboard.domain.drafting.prompt import NO_ANSWER, REPLY, Material, Prompt
from switchboard.domain.knowledge.passages import sentences
from switchboard.domain.knowledge.words import is_ideograph, terms

LONGEST = 4000  # characters of an answer
UNCITED = 4  # sentences of courtesy
UNCITED_WORDS = 25  # of one
SHINGLE = 7  # words in a row of what the model was told
NONCE_PART = 8
LEAST_SHARED = 0.25  # of the words of a cited statement, where both are in one language
TOLD_ENOUGH = 6  # words of a statement, below which shared words say little

CITATION = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
_AFTER_STOP = re.compile(r"([.!?\u2026\u3002\uff01\uff1f\u0964\u061f]+)((?:\s*\[\d[\d,; ]*\])+)")
_BESIDE = re.compile(r"(?<=\d)\]\s*[,;]\s*\[(?=\d)")  # [1], [2]
_MARK = re.compile(r"\u27e6[^\u27e6\u27e7]*\u27e7|[\u27e6\u27e7]")
_NOT_PLAIN = re.compile(
    r"```|`|!\[|\]\s*\(|\]\s*:|<\s*/?[a-zA-Z!?|]|&(?:lt|#\d+|#x[0-9a-f]+);|^\s*[{\[]\s*[\"'{\[]|\"\s*:\s*[\"{\[\d]|\[/?INST\]|<<|>>|"
    r"^\s{0,3}#{1,6}\s|^\s*(?:system|assistant|human|user|developer)\s*:|^\s*\|.*\|\s*$|\\u[0-9a-fA-F]{4}|%[0-9A-Fa-f]{2}%",
    re.IGNORECASE | re.MULTILINE,
)
_CODE = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{20,}={0,2}(?![A-Za-z0-9+/=_-])")
_MONEY = re.compile(
    r"[$\u20ac\u00a3\u00a5\u20b9\u20bd\u20a9%\u066a]|(?i:\b(?:eur|usd|gbp|cny|jpy|inr|rub|chf|krw|brl)\b)|"
    r"元|円|块|원|ريال|درهم|рубл|रुपय"
)
# What no customer is ever told, in any language: talk of how the draft was made.
_WORKINGS = re.compile(
    r"(?i)system\s*-?\s*prompt|systemprompt|my (?:instructions|rules|prompt)|(?:these|the) (?:rules|instructions) (?:say|tell|state)|"
    r"\bnonce\b|prompt\s+(?:syst[eè]me|del sistema|do sistema|di sistema)|invite syst[eè]me|instrucciones del sistema|"
    r"instru[cç][oõ]es do sistema|istruzioni di sistema|meine (?:anweisungen|regeln|vorgaben)|mes (?:instructions|consignes)|"
    r"mis instrucciones|minhas instru[cç][oõ]es|le mie istruzioni|системн\w+ (?:промпт|инструкц|подсказ)|мои (?:инструкции|правила)|"
    r"系统提示|系統提示|我的(?:指令|提示词|规则)|システム ?プロンプト|私の(?:指示|命令|ルール)|시스템 ?프롬프트|"
    r"(?:나의|내|제) (?:지침|지시)|"
    r"موجه النظام|تعليمات النظام|تعليماتي|सिस्टम प्रॉम्प्ट|मेरे निर्देश|language model|ki-modell|sprachmodell|as an ai\b|NO_ANSWER"
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is empty where the text may be seen; then it holds the personal data again. `cited`: the numbers in its brackets."""

    text: str = ""
    reason: str = ""
    cited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence without its citations, and the sources that are to bear it: those at its end, or the next ones on its line."""

    text: str
    cited: tuple[int, ...]


def judge(answer: str, material: Material, prompt: Prompt) -> Verdict:
    """`material` is what the prompt was made of."""
    text = unicodedata.normalize("NFC", answer).replace("**", "").replace("\r\n", "\n").strip()
    text = _BESIDE.sub("][", text)
    if not text:
        return Verdict(reason=reasons.EMPTY)
    if text.strip(" .\"'") == NO_ANSWER:
        return Verdict(reason=reasons.NO_ANSWER)
    restored = prompt.redacted.restore(text)
    grounds = _Grounds.of(material)
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        (reasons.NOT_PLAIN, lambda: len(text) <= LONGEST and _is_plain(text)),
        (reasons.ECHO, lambda: not _echoes(text, prompt) and not _WORKINGS.search(restored)),
        (reasons.MARK, lambda: not _MARK.search(restored)),
        (reasons.LINK, lambda: _links_hold(restored, grounds, material)),
        (reasons.PERSONAL, lambda: _personal_holds(restored, grounds, material, prompt)),
        (reasons.ADDRESS, lambda: set(emails(restored)) <= grounds.emails),
        (reasons.CITATION, lambda: _citations_hold(text, grounds)),
        (reasons.LANGUAGE, lambda: _language_holds(restored, material)),
    )
    if failed := next((reason for reason, holds in checks if not holds()), ""):
        return Verdict(reason=failed)
    statements = list(_statements(restored))
    if reason := _told(statements, grounds, material):
        return Verdict(reason=reason)
    return Verdict(restored, "", tuple(sorted({n for s in statements for n in s.cited})))


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What may be stated. `sources` are those that citations name, from 1."""

    sources: Sequence[str]
    languages: Sequence[str]
    ours: str
    heard: str
    emails: frozenset[str]

    @classmethod
    def of(cls, m: Material) -> _Grounds:
        """Of a reply what customers say bears nothing but numbers; of a summary it is all there is."""
        if m.kind == REPLY:
            sources = [f"{s.title}\n{s.text}" for s in m.sources]
            languages = [s.language for s in m.sources]
        else:
            sources, languages = [t.text for t in m.turns], ["" for _ in m.turns]
        known = emails("\n".join([*sources, m.ours, m.heard, *m.names]))
        return cls(sources, languages, m.ours, m.heard, frozenset(known))

    def cited(self, numbers_: Iterable[int]) -> str:
        return "\n".join(self.sources[n - 1] for n in numbers_)


# -- the text as a whole -------------------------------------------------------------------------------


def _is_plain(text: str) -> bool:
    hidden = any(unicodedata.category(c) in ("Cf", "Co", "Cn", "Cs") and c not in "\u200c\u200d\u200e\u200f\u00ad" for c in text)
    control = any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text)
    return not hidden and not control and not _NOT_PLAIN.search(text)


def _echoes(text: str, prompt: Prompt) -> bool:
    """Whether it holds a part of the rules or of the nonce, as it is, backwards, or in a code anybody can undo."""
    rules = _shingles(prompt.system)
    squeezed = _squeezed(text)
    parts = {prompt.nonce[i : i + NONCE_PART] for i in range(len(prompt.nonce) - NONCE_PART + 1)}
    if any(part in squeezed or part[::-1] in squeezed for part in parts):
        return True
    return any(_shingles(form) & rules for form in (text, text[::-1], codecs.encode(text, "rot13"), *_decoded(text)))


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}


def _squeezed(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", unicodedata.normalize("NFKC", text).casefold())


def _decoded(text: str) -> Iterator[str]:
    for code in _CODE.findall(re.sub(r"(?<=\S)\n(?=\S)", "", text)):
        padded = code.rstrip("=") + "=" * (-len(code.rstrip("=")) % 4)
        for undo in (base64.b64decode, base64.urlsafe_b64decode, base64.b32decode, _from_hex):
            try:
                yield undo(padded).decode("utf-8", "ignore")
            except (ValueError, binascii.Error):
                continue


def _from_hex(code: str) -> bytes:
    return bytes.fromhex(code.rstrip("="))


def _links_hold(text: str, grounds: _Grounds, m: Material) -> bool:
    """Only the company's own, and as a source has them. What a customer wrote is no source; neither is a long code."""
    borne = set(links("\n".join([*(grounds.sources if m.kind == REPLY else ()), m.ours])))
    found = links(without_emails(text))
    if not all(link in borne and allowed(link, m.hosts) for link in found):
        return False
    everything = "\n".join([*grounds.sources, m.ours, m.heard])
    return all(code in everything for code in _CODE.findall(text) if not code.isalpha() or _jagged(code))


def _personal_holds(text: str, grounds: _Grounds, m: Material, prompt: Prompt) -> bool:
    """Numbers of cards, accounts and people are not said again, nor a telephone number that only the customer named."""
    kinds = ("CARD", "IBAN", "ID", "PHONE") if m.kind == REPLY else ("CARD", "IBAN", "ID")
    borne = "\n".join([*(grounds.sources if m.kind == REPLY else ()), m.ours])
    kept = [o for mark, o in prompt.redacted.found.items() if mark.strip("\u27e6\u27e7").rpartition("_")[0] in kinds]
    return not any(original in text and original not in borne for original in kept)


def _jagged(code: str) -> bool:
    return any(c.isupper() for c in code[1:])


def _citations_hold(text: str, grounds: _Grounds) -> bool:
    return all(1 <= n <= len(grounds.sources) for n in _cited_in(text))


def _cited_in(text: str) -> tuple[int, ...]:
    return tuple(int(n) for m in CITATION.finditer(text) for n in re.findall(r"\d+", m[1]))


def _language_holds(text: str, m: Material) -> bool:
    """The whole, and each longer sentence by itself: half an answer in another language is no answer."""
    said = CITATION.sub("", text)
    if not is_in(said, m.language, m.heard):
        return False
    for sentence in (s for line in said.split("\n") for s in sentences(line)):
        found, words = counts(sentence), len(sentence.split())
        own = found.get(m.language, 0)
        if m.language in LATIN and words >= 10 and max(found.values()) > 2 * own + 2:
            return False
        if m.language not in LATIN and words >= 6 and script_of(sentence) == "latin" and not is_in(sentence, m.language, m.heard):
            return False
    return True


# -- sentence by sentence --------------------------------------------------------------------------------


def _statements(text: str) -> Iterator[_Statement]:
    for line in _AFTER_STOP.sub(lambda m: f"{m[2]}{m[1]}", text).split("\n"):
        found = [(CITATION.sub("", s).strip(), _cited_in(s)) for s in sentences(line)]
        following: tuple[int, ...] = ()
        made = list[_Statement]()
        for said, cited in reversed(found):
            following = cited or following
            if said:
                made.append(_Statement(said, following))
        yield from reversed(made)


def _told(statements: Sequence[_Statement], grounds: _Grounds, m: Material) -> str:
    """The first reason against what is stated, "" where there is none."""
    courtesy = 0
    for s in statements:
        if reason := _fact(s, grounds, m):
            return reason
        if not s.cited:
            courtesy += 1
            if courtesy > UNCITED or _length(s.text) > UNCITED_WORDS:
                return reasons.UNCITED
    if not any(s.cited for s in statements):
        return reasons.UNCITED
    return _borne_by_words(statements, grounds, m)


def _fact(s: _Statement, grounds: _Grounds, m: Material) -> str:
    source = grounds.cited(s.cited)
    held = matters(s.text)
    if held and m.kind == REPLY:
        if not s.cited:
            return reasons.UNCITED
        if not held <= matters(f"{source}\n{m.ours}"):
            return reasons.PROMISE
    known = numbers(source) | numbers(m.ours)
    if m.kind != REPLY:
        known |= numbers("\n".join(grounds.sources))
    measured = measures(s.text) <= known
    if not held and not _MONEY.search(s.text):  # an order's number, a model: the customer's word will do
        known |= numbers(m.heard)
    if measured and all(stated <= known for stated in readings(s.text)):
        return ""
    return reasons.NUMBER if s.cited else reasons.UNCITED


def _borne_by_words(statements: Sequence[_Statement], grounds: _Grounds, m: Material) -> str:
    """What cites sources of its own language must share words with them, all statements on the same sources taken together."""
    together: dict[tuple[int, ...], list[str]] = {}
    for s in statements:
        if s.cited:
            together.setdefault(tuple(sorted(set(s.cited))), []).append(s.text)
    for cited, texts in together.items():
        if m.kind == REPLY and not all(grounds.languages[n - 1] == m.language for n in cited):
            continue
        if m.kind != REPLY and not all(_alike(grounds.sources[n - 1], m.language) for n in cited):
            continue
        if script_of(grounds.cited(cited)) != script_of(" ".join(texts)):  # Hindi in Latin letters
            continue
        said = [t for t in terms("\n".join(texts)) if len(t) > 2 or is_ideograph(t[0])]
        known = set(terms(f"{grounds.cited(cited)}\n{m.ours if m.kind == REPLY else ''}"))
        least = LEAST_SHARED if m.kind == REPLY else LEAST_SHARED / 2
        if len(said) >= TOLD_ENOUGH and sum(t in known for t in said) < least * len(said):
            return reasons.UNSUPPORTED
    return ""


def _alike(text: str, language: str) -> bool:
    return is_in(text, language) and len(text) > 40


def _length(text: str) -> int:
    return len(text.split()) + sum(map(is_ideograph, text)) // 2


def ready(text: str) -> str:
    """What an agent may send: without the citations."""
    return re.sub(r"[ \t]+([.,!?])", r"\1", CITATION.sub("", text)).strip()
