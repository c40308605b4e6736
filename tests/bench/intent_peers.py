"""Our intent model beside two others on the same corpus and the same held-out messages: `python -m tests.bench.intent_peers`.

The peers: TF-IDF over words and character n-grams with a linear support vector machine (scikit-learn), and fastText.
Each is trained once for all languages or once a language, whichever its tuning found better; in the latter case it is told
the language of a held-out message, which ours must find itself. `--tune` searches their settings anew, by folds of the
corpus alone, which takes half an hour each; what it found stands in SVM and FASTTEXT below. `--record` writes
docs/figures/intent_peers.json."""

from __future__ import annotations

import argparse
import json
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fasttext
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from layers.intent.builder.corpus import Example, read_corpus
from layers.intent.builder.likeness import normal
from layers.intent.builder.taxonomy import OUT_OF_SCOPE, read_taxonomy
from layers.intent.evaluation.judgement import classify, report_on
from layers.intent.evaluation.messages import read_messages
from layers.intent.evaluation.metrics import macro_f1, mean, share
from switchboard.adapters.onnx.classifier import OnnxIntentModel

ROOT = Path(__file__).resolve().parents[2]
FOLDS = 3
# Written without blanks between words: each of their characters is a word.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA")

Predict = Callable[[Sequence[str]], list[str]]


@dataclass(frozen=True)
class Svm:
    """`words`, `shortest`, `longest`: the longest n-gram of words, and the n-grams of characters; `strength`: C."""

    words: int = 2
    shortest: int = 2
    longest: int = 5
    strength: float = 0.3
    apart: bool = True

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> Predict:
        by_words = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, self.words), sublinear_tf=True)
        by_characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(self.shortest, self.longest), sublinear_tf=True)
        model = make_pipeline(make_union(by_words, by_characters), LinearSVC(C=self.strength, random_state=1))
        model.fit(list(map(spaced, texts)), labels)
        return lambda asked: [str(label) for label in model.predict(list(map(spaced, asked)))]


@dataclass(frozen=True)
class FastText:
    """The settings of `train_supervised` by their names there."""

    lr: float = 0.5
    epoch: int = 50
    dim: int = 50
    wordNgrams: int = 2
    minn: int = 3
    maxn: int = 6
    apart: bool = False

    def learn(self, texts: Sequence[str], labels: Sequence[str]) -> Predict:
        settings = {name: value for name, value in asdict(self).items() if name != "apart"}
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as file:
            file.writelines(f"__label__{label} {spaced(text)}\n" for text, label in zip(texts, labels, strict=True))
            file.flush()
            # one thread: several make the outcome a matter of chance
            model = fasttext.train_supervised(file.name, bucket=200_000, minCount=1, thread=1, seed=1, verbose=0, **settings)
        return lambda asked: [found[0].removeprefix("__label__") for found in model.predict(list(map(spaced, asked)), k=1)[0]]


Peer = Svm | FastText
SVM = Svm(shortest=1, strength=1.0, apart=False)
FASTTEXT = FastText(lr=0.1, epoch=100)
# What tuning tries: one setting after the other, each from the best so far.
TRIED: dict[type, list[dict[str, Any]]] = {
    Svm: [
        *({"strength": value} for value in (0.1, 1.0)),
        *({"shortest": a, "longest": b} for a, b in ((1, 4), (2, 4), (1, 5))),
        {"words": 1},
        *({"strength": value} for value in (0.2, 0.5)),
    ],
    FastText: [
        *({"minn": a, "maxn": b} for a, b in ((2, 5), (4, 7), (0, 0))),
        *({"wordNgrams": value} for value in (1, 3)),
        *({"lr": value} for value in (0.2, 0.1, 1.0)),
        {"epoch": 100},
        {"dim": 100},
    ],
}


def spaced(text: str) -> str:
    """The text in normal form, with blanks around marks and around each character of a script without blanks."""

    def one(character: str) -> str:
        apart = unicodedata.category(character)[0] in "PS" or unicodedata.name(character, "").startswith(_UNSPACED)
        return f" {character} " if apart else character

    return " ".join("".join(map(one, normal(text))).split())


def answers(peer: Peer, corpus: Sequence[Example], asked: Sequence[tuple[str, str]]) -> list[str]:
    """The labels of `asked` (text, language), by what `peer` learns from `corpus`."""
    if not peer.apart:
        return peer.learn([one.text for one in corpus], [one.label for one in corpus])([text for text, _ in asked])
    found = [""] * len(asked)
    for language in sorted({language for _, language in asked}):
        own = [one for one in corpus if one.language == language]
        places = [place for place, (_, other) in enumerate(asked) if other == language]
        labels = peer.learn([one.text for one in own], [one.label for one in own])([asked[place][0] for place in places])
        for place, label in zip(places, labels, strict=True):
            found[place] = label
    return found


def by_language(found: Sequence[str], meant: Sequence[str], languages: Sequence[str]) -> dict[str, dict[str, float | None]]:
    """Accuracy in scope, where a rejection is wrong, and macro-F1 over all."""
    table: dict[str, dict[str, float | None]] = {"accuracy": {}, "macro_f1": {}}
    for language in sorted(set(languages)):
        pairs = [(a, b) for a, b, other in zip(meant, found, languages, strict=True) if other == language]
        table["accuracy"][language] = share(a == b for a, b in pairs if a != OUT_OF_SCOPE)
        table["macro_f1"][language] = macro_f1(pairs)
    return table


def by_folds(peer: Peer, corpus: Sequence[Example], folds: int) -> float:
    """The mean over languages of the accuracy in scope, of the first `folds` thirds of the corpus, each when
    taught the rest."""
    counts: dict[tuple[str, str], int] = {}
    fold_of = []
    for one in corpus:
        counts[one.language, one.label] = counts.get((one.language, one.label), -1) + 1
        fold_of.append(counts[one.language, one.label] % FOLDS)
    found: list[str] = []
    held: list[Example] = []
    for fold in range(folds):
        rest = [one for one, other in zip(corpus, fold_of, strict=True) if other != fold]
        asked = [one for one, other in zip(corpus, fold_of, strict=True) if other == fold]
        held += asked
        found += answers(peer, rest, [(one.text, one.language) for one in asked])
    table = by_language(found, [one.label for one in held], [one.language for one in held])
    return mean(table["accuracy"].values()) or 0.0


def tune(start: Peer, corpus: Sequence[Example], folds: int) -> Peer:
    """The best settings found, apart by languages or not."""
    ends = [_climb(replace(start, apart=apart), corpus, folds) for apart in (True, False)]
    return max(ends, key=lambda end: end[0])[1]


def _climb(best: Peer, corpus: Sequence[Example], folds: int) -> tuple[float, Peer]:
    reached = by_folds(best, corpus, folds)
    print(f"{reached:.4f} {best}", flush=True)
    for changes in TRIED[type(best)]:
        other = replace(best, **changes)
        if other != best:
            score = by_folds(other, corpus, folds)
            print(f"{score:.4f} {other}", flush=True)
            if score > reached:
                best, reached = other, score
    return reached, best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", choices=("svm", "fasttext"), help="search the settings of a peer, and print them")
    parser.add_argument("--record", action="store_true", help="write docs/figures/intent_peers.json")
    arguments = parser.parse_args()
    taxonomy = read_taxonomy(ROOT / "layers/intent/intents.yaml")
    corpus = read_corpus(sorted((ROOT / "layers/intent/corpus").glob("*.yaml")), taxonomy)
    if arguments.tune:
        # fastText learns too slowly for more than one
        print("best", tune(Svm(), corpus, FOLDS) if arguments.tune == "svm" else tune(FastText(), corpus, 1))
        return
    messages = read_messages([ROOT / "tests/data/intent"], taxonomy)
    asked = [(message.text, message.language) for message in messages]
    meant, languages = [message.intent for message in messages], [message.language for message in messages]
    report = report_on(classify(OnnxIntentModel(), messages))
    tables = {"ours": {name: report[name] for name in ("accuracy", "macro_f1")}}
    for name, peer in (("TF-IDF + SVM", SVM), ("fastText", FASTTEXT)):
        tables[name] = by_language(answers(peer, corpus, asked), meant, languages)
    for measure in ("accuracy", "macro_f1"):
        print(f"{measure:<10}" + "".join(f"{name:>14}" for name in tables))
        for language in sorted(set(languages)):
            print(f"{language:<10}" + "".join(f"{table[measure][language]:>14.3f}" for table in tables.values()))
        print(f"{'mean':<10}" + "".join(f"{mean(table[measure].values()):>14.3f}" for table in tables.values()))
    if arguments.record:
        content = {
            "date": datetime.now(UTC).date().isoformat(), "model": report["model"],
            "corpus": len(corpus), "held_out": len(messages),
            "settings": {"TF-IDF + SVM": asdict(SVM), "fastText": asdict(FASTTEXT)}, "results": tables,
        }  # fmt: skip
        (ROOT / "docs/figures/intent_peers.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
