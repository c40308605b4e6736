"""Agents' corrections as messages to learn from, beside the corpus: JSON Lines, as `python -m tools.corrections export` writes them.

    python -m layers.intent.builder.corrections FILE     which of them teach something, and what is against the others

A file that cannot be read stops a build. A message that must not or need not be learnt from does not: it is left out, and named."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from layers.intent.evaluation.messages import Message, MessagesError, read_messages

from .corpus import CorpusError, Example, read_corpus
from .likeness import alike_pairs
from .lint import ALIKE, ALIKE_HELD_OUT, HELD_OUT_CHARACTERS, held_out_messages
from .settings import CHECKOUT, INTENT_LAYER
from .taxonomy import Taxonomy, read_taxonomy

HELD_OUT = CHECKOUT / "tests" / "data" / "intent"
_LONGEST_MESSAGE = 2000


@dataclass(frozen=True)
class LeftOut:
    """Why a correction is not learnt from. `place`: its file and line."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


def learnable(
    corrections: Sequence[Message], examples: Sequence[Example], held_out: Sequence[Message], languages: Sequence[str]
) -> tuple[list[Example], list[LeftOut]]:
    """Those that teach something that `examples` do not, in their order, and the rest.

    Left out are messages like a held-out one, or the figures would flatter the model; in a language that the model is not made
    for; and those like an example or an earlier correction: with the same label they teach nothing, with another one of the two
    is wrong, and people must say which.
    """
    kept: list[Example] = []
    left: list[LeftOut] = []
    for language in sorted({one.language for one in corrections}):
        ours = [one for one in corrections if one.language == language]
        if language not in languages:
            left += [LeftOut(one.place, f"the model is not made for the language {language}") for one in ours]
            continue
        known = [example for example in examples if example.language == language]
        away = [message for message in held_out if message.language == language]
        found, rest = _compared(ours, known, away)
        kept += found
        left += rest
    return kept, left


def _compared(ours: Sequence[Message], known: Sequence[Example], away: Sequence[Message]) -> tuple[list[Example], list[LeftOut]]:
    texts = [*(example.text for example in known), *(one.text for one in ours), *(message.text for message in away)]
    first, last = len(known), len(known) + len(ours)
    like: dict[int, list[tuple[int, float]]] = {}
    for one, other, likeness in alike_pairs(texts, ALIKE_HELD_OUT):
        if first <= other < last:
            like.setdefault(other, []).append((one, likeness))
        elif first <= one < last <= other:
            like.setdefault(one, []).append((other, likeness))
    labels = dict(enumerate(example.label for example in known))
    kept: list[Example] = []
    left: list[LeftOut] = []
    for number, mine in enumerate(ours, first):
        reason = _reason(mine, like.get(number, []), labels, texts, last)
        if reason:
            left.append(LeftOut(mine.place, reason))
        else:
            labels[number] = mine.intent
            kept.append(Example(mine.text, mine.intent, mine.language, mine.sentiment))
    return kept, left


def _reason(one: Message, like: Sequence[tuple[int, float]], labels: dict[int, str], texts: Sequence[str], last: int) -> str:
    if not one.text.strip() or len(one.text) > _LONGEST_MESSAGE:
        return f"a message has 1 to {_LONGEST_MESSAGE} characters"
    for other, likeness in sorted(like):
        if other >= last and (likeness >= ALIKE or max(len(one.text), len(texts[other])) >= HELD_OUT_CHARACTERS):
            return "is like a held-out message"
    for other, likeness in sorted(like):
        if other < last and likeness >= ALIKE and other in labels:  # those that were left out stand against nobody
            same = labels[other] == one.intent
            return "is known already" if same else f"is {one.intent} here, but {labels[other]} where it stands already"
    return ""


def read_corrections(path: Path, taxonomy: Taxonomy, examples: Sequence[Example], held_out: Path = HELD_OUT) -> list[Example]:
    """The corrections in a file that teach something; tells of the rest. An empty file holds none.

    Raises `CorpusError` for a file that cannot be read: every line at fault is named.
    """
    try:
        if path.is_file() and not path.read_bytes().strip():
            corrections: list[Message] = []
        elif path.is_file():
            corrections = read_messages([path], taxonomy)
        else:
            raise MessagesError(f"{path}: no such file")
        away = held_out_messages(held_out, taxonomy)
    except (MessagesError, UnicodeDecodeError) as error:
        raise CorpusError(f"corrections: {error}") from error
    kept, left = learnable(corrections, examples, away, taxonomy.languages)
    for one in left:
        print(one)
    print(f"corrections: {len(kept)} to learn from, {len(left)} left out", flush=True)
    return kept


def main() -> int:
    """Returns 0, or 1 with the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m layers.intent.builder.corrections", description="Check corrections.")
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    taxonomy = read_taxonomy(INTENT_LAYER / "intents.yaml")
    try:
        read_corrections(arguments.file, taxonomy, read_corpus(sorted((INTENT_LAYER / "corpus").glob("*.yaml")), taxonomy))
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
