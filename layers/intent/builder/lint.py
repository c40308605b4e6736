"""Checks the corpus, and that nothing of the held-out messages is in it: `python -m layers.intent.builder.lint [--drop]`.

Exits 1 and names every fault by file, label and text; a held-out message by its place alone, so that nobody copies it.
`--drop` takes the messages at fault out of the corpus (of two that are alike the later), never out of the held-out ones."""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from layers.intent.evaluation.messages import Message, MessagesError, read_messages

from .corpus import CorpusError, Example, Loader, read_corpus, scan_corpus
from .foreign import foreign
from .likeness import alike_pairs
from .taxonomy import Taxonomy, read_taxonomy

CHECKOUT = Path(__file__).resolve().parents[3]
LEAST_IN_SCOPE, LEAST_OUT_OF_SCOPE, LEAST_OF_A_SENTIMENT = 40, 150, 100
ALIKE = 0.7
# A held-out message of some length must be further away; how long the longer of the two is.
ALIKE_HELD_OUT, HELD_OUT_CHARACTERS = 0.6, 12


@dataclass(frozen=True)
class Fault:
    """What is wrong with one message."""

    example: Example
    reason: str

    def __str__(self) -> str:
        return f"{self.example.language}.yaml: {self.example.label}: {self.example.text!r} {self.reason}"


def faulty_messages(examples: Sequence[Example], held_out: Sequence[Message]) -> list[Fault]:
    """The messages that are in a foreign script or language, or like another or a held-out one of their language."""
    faults = [Fault(example, f"is in {other}, it seems") for example, other in foreign(examples)]
    bad = {fault.example for fault in faults}
    for language in sorted({example.language for example in examples}):
        ours = [example for example in examples if example.language == language and example not in bad]
        faults += _alike(ours, [message for message in held_out if message.language == language])
    return faults


def held_out_messages(folder: Path, taxonomy: Taxonomy) -> list[Message]:
    """Those of JSON Lines, and the older ones, which have the corpus's form and no sentiment.

    Raises `MessagesError` or `CorpusError`.
    """
    older = read_corpus(sorted(folder.glob("*.yaml")), taxonomy, least=1)
    return read_messages([folder], taxonomy) + [
        Message(one.text, one.language, one.label, one.sentiment, f"{one.language}.yaml") for one in older
    ]


def missing_sentiments(examples: Sequence[Example], taxonomy: Taxonomy) -> Iterator[str]:
    """Languages with too few messages of a sentiment."""
    counts = Counter((example.language, example.sentiment) for example in examples)
    for language in sorted({example.language for example in examples}):
        for sentiment in taxonomy.sentiments:
            if counts[language, sentiment] < LEAST_OF_A_SENTIMENT:
                yield (
                    f"{language}.yaml: {counts[language, sentiment]} messages are {sentiment},"
                    f" at least {LEAST_OF_A_SENTIMENT} are needed"
                )


def _alike(examples: Sequence[Example], held_out: Sequence[Message]) -> Iterator[Fault]:
    texts = [example.text for example in examples] + [message.text for message in held_out]
    later: dict[int, list[tuple[int, float]]] = defaultdict(list)
    gone = set()
    for one, other, likeness in alike_pairs(texts, ALIKE_HELD_OUT):
        if one >= len(examples):
            continue
        if other < len(examples):
            if likeness >= ALIKE:
                later[other].append((one, likeness))
        elif one not in gone and (likeness >= ALIKE or max(len(texts[one]), len(texts[other])) >= HELD_OUT_CHARACTERS):
            gone.add(one)
            yield Fault(examples[one], f"is like the held-out {Path(held_out[other - len(examples)].place).name} ({likeness:.2f})")
    for number in sorted(later):
        # a message that goes anyway takes nobody with it
        kept = [(one, likeness) for one, likeness in later[number] if one not in gone]
        if kept and number not in gone:
            gone.add(number)
            one, likeness = kept[0]
            yield Fault(examples[number], f"is like {examples[one].label}: {examples[one].text!r} ({likeness:.2f})")


def drop(path: Path, texts: Iterable[str]) -> None:
    """Takes the lines of these messages out of a corpus file, in which each message has a line of its own."""
    leaving = set(texts)
    kept = []
    for line in path.read_text("utf-8").splitlines(keepends=True):
        item = yaml.load(line, Loader)[0] if line.lstrip().startswith("- ") else None
        text = next(iter(item.values())) if isinstance(item, dict) else item
        if text not in leaving:
            kept.append(line)
    path.write_text("".join(kept), "utf-8")


def main() -> int:
    """Returns 0, or 1 if there is a fault that was not dropped."""
    parser = argparse.ArgumentParser(prog="python -m layers.intent.builder.lint", description="Check the corpus.")
    parser.add_argument("--drop", action="store_true", help="take out what is like another message, or in a foreign language")
    parser.add_argument("--corpus", type=Path, default=CHECKOUT / "layers/intent/corpus", help="folder of the YAML files")
    parser.add_argument("--held-out", type=Path, default=CHECKOUT / "tests/data/intent", help="folder of the held-out messages")
    arguments = parser.parse_args()
    taxonomy = read_taxonomy(CHECKOUT / "layers/intent/intents.yaml")
    try:
        held_out = held_out_messages(arguments.held_out, taxonomy)
    except (CorpusError, MessagesError) as error:
        print(f"corpus: {error}", file=sys.stderr)
        return 1
    paths = sorted(arguments.corpus.glob("*.yaml"))
    examples, whole = scan_corpus(paths, taxonomy, LEAST_IN_SCOPE, LEAST_OUT_OF_SCOPE)
    whole += [f"{language}.yaml: missing" for language in taxonomy.languages if language not in {path.stem for path in paths}]
    whole += missing_sentiments(examples, taxonomy)
    single = faulty_messages(examples, held_out)
    for fault in [*whole, *single]:
        print(fault)
    print(f"corpus: {len(examples)} messages, {len(whole) + len(single)} faults")
    if arguments.drop:
        for path in paths:
            drop(path, [fault.example.text for fault in single if fault.example.language == path.stem])
        print(f"corpus: {len(single)} messages dropped")
    return 1 if whole or (single and not arguments.drop) else 0


if __name__ == "__main__":
    sys.exit(main())
