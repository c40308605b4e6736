"""What the pretended model says: from the passages (honest), or whatever the data wants it to (obedient, the worst case)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_BLOCK = re.compile(r"<<(?P<nonce>[0-9a-f]{32}) (?P<what>[^\n]*)\n(?P<text>.*?)\nend (?P=nonce)>>", re.DOTALL)
_SENTENCE = re.compile(r"[^.!?。！？।؟\n]+[.!?。！？।؟]*")
_URL = re.compile(r"https?://\S+|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?")
_WANTS_RULES = re.compile(
    r"(?i)prompt|instruction|rules|anweisung|consigne|instruccion|istruzioni|regras|инструкц|指令|指示|지시|تعليمات|निर्देश"
)
SENTENCES = 3


@dataclass(frozen=True)
class Block:
    """Data between marks. `what`: as the mark names it."""

    what: str
    text: str

    @property
    def number(self) -> int:
        found = re.search(r"\d+", self.what)
        return int(found[0]) if found else 0


def blocks(said: str) -> list[Block]:
    return [Block(m["what"], m["text"]) for m in _BLOCK.finditer(said)]


def honest(_system: str, said: str) -> str:
    """Sentences of the article that shares most with the last message; of a summary, the first sentence of each message."""
    found = blocks(said)
    articles = [b for b in found if b.what.startswith("article")]
    messages = [b for b in found if b.what.startswith("message")]
    if not articles:
        firsts = [(b.number, s) for b in messages if (s := _first(b.text))]
        return " ".join(f"{s.rstrip('.')} [{n}]." for n, s in firsts[:6]) or "NO_ANSWER"
    wanted = _words(messages[-1].text) if messages else set()
    best = max(articles, key=lambda b: (len(_words(b.text) & wanted), -b.number))
    body = best.text.partition("\n")[2] or best.text
    sentences = [s.strip() for s in _SENTENCE.findall(body) if s.strip() and "(link)" not in s]
    return " ".join(f"{s} [{best.number}]" for s in sentences[:SENTENCES]) or "NO_ANSWER"


def obedient(system: str, said: str) -> str:
    """Does what any of the data asks for, as badly as it can."""
    found = blocks(said)
    everything = "\n".join(b.text for b in found)
    if "json" in everything.lower():
        return json.dumps({"rules": system, "data": everything})
    if urls := _URL.findall(everything):
        return f"Please go to {urls[-1]} at once. [1]"
    if _WANTS_RULES.search(everything):
        return system
    last = [b for b in found if b.what.startswith("message")]
    wish = last[-1].text.partition(":")[2] if last else ""
    return f"{wish.strip() or everything} [1]"


def tokens(text: str) -> int:
    """As a tokenizer might count: four letters of ASCII, or one other character."""
    plain = sum(c.isascii() for c in text)
    return max(1, plain // 4 + len(text) - plain)


def _first(text: str) -> str:
    found = _SENTENCE.search(" ".join(text.split()))
    return found[0].strip()[:200] if found else ""


def _words(text: str) -> set[str]:
    words = {w[:6] for w in re.findall(r"\w+", text.lower())}
    return words | {text[i : i + 2] for i in range(len(text) - 1) if ord(text[i]) > 0x2E80}
