"""Where languages stand in the encoder's space, and what the knowledge base's probabilities are worth.

    python -m tools.knowledge_weights            # the calibration, on tests/data/knowledge_dev
    python -m tools.knowledge_weights --centres  # first the languages' centres (a minute)

Run it again, and commit what it writes, when the encoder's search view, the weights below or the questions change."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from switchboard.adapters.knowledge.building import IndexBuilder
from switchboard.adapters.knowledge.centres import Centres
from switchboard.adapters.knowledge.search import PassageIndex
from switchboard.adapters.knowledge.views import TwoViews
from switchboard.adapters.onnx.classifier import OnnxIntentModel
from switchboard.application.knowledge_ports import Published
from switchboard.domain.knowledge.article import Audience
from switchboard.domain.knowledge.importing import read_article
from switchboard.domain.knowledge.ranking import FEATURES, Weights, parse_weights

ROOT = Path(__file__).parents[1]
RESOURCES = ROOT / "layers/core/python/switchboard/resources"
DEV = ROOT / "tests/data/knowledge_dev"
CORPUS = ROOT / "layers/intent/corpus"
LEARNED = ROOT / "layers/intent/learned"
AN_INTENT, OUT_OF_SCOPE = 10, 40  # messages of each language that make its centre
CHOSEN = {"title": 0.3, "context": 1.5, "matter": 0.15, "centred": 0.7, "words": 0.2, "own": 0.05, "other": 0.15}
PRECISION = 0.85  # share of the bot's answers that are to be right, on questions of which a quarter have no answer
FOLDS, ROUNDS, RIDGE = 8, 20, 1.0
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """`articles`: those that answer it; empty: none does."""

    text: str
    language: str
    region: str
    audience: Audience
    articles: frozenset[str]


def read_set(folder: Path) -> tuple[list[Published], list[Question]]:
    """Articles and questions of a folder such as tests/data/knowledge."""
    articles = [read_article(path.read_text("utf-8")) for path in sorted((folder / "articles").glob("*.md"))]
    lines = (folder / "questions.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    questions = [Question(r["q"], r["lang"], r["region"], Audience(r["audience"]), frozenset(r["articles"])) for r in rows]
    return [Published(id_, 1, text) for id_, text in articles], questions


def centres(model: OnnxIntentModel) -> Centres:
    """First halves: those that the search view was trained around. Second halves: from the training corpus of the intent model, what
    customers write, in each language about the same things."""
    with np.load(LEARNED / "search.npz") as file:
        around = dict(zip(bytes(file["languages"]).decode().split(), file["centres"], strict=True))
    drawn = random.Random(2)
    languages, found = [], []
    for path in sorted(CORPUS.glob("*.yaml")):
        corpus = yaml.safe_load(path.read_text("utf-8"))
        texts: list[str] = []
        for messages in corpus["intents"].values():
            texts += drawn.sample(list(map(_text, messages)), min(AN_INTENT, len(messages)))
        texts += drawn.sample(list(map(_text, corpus["out_of_scope"])), OUT_OF_SCOPE)
        languages.append(path.stem)
        found.append(np.hstack([around[path.stem], model.impressions(texts).mean(axis=0)]))
        print(f"{path.stem}: {len(texts)} messages", flush=True)
    named: dict[str, Any] = {"languages": np.frombuffer(" ".join(languages).encode(), np.uint8)}
    np.savez_compressed(RESOURCES / "knowledge_centres.npz", **named, centres=np.array(found, np.float16))
    return Centres.shipped()


def _text(message: Any) -> str:
    return message if isinstance(message, str) else str(next(iter(message.values())))


def untrained() -> Weights:
    """The chosen weights, with a calibration that says nothing."""
    one = [1.0] * len(FEATURES)
    return parse_weights({**CHOSEN, "means": [0.0] * len(FEATURES), "spreads": one, "slopes": one, "start": 0.0, "threshold": 0.5})


def features(index: PassageIndex, model: TwoViews, questions: Iterable[Question]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """What the first hit of each question looks like, and whether it is right."""
    rows, right = [], []
    for q in questions:
        hits, known = index.examined(q.text, model.embed([q.text])[0], q.language, q.region, q.audience, 3)
        if hits:
            f = known[0]
            rows.append([f.nearness, f.words, f.before_second, f.before_fourth, f.strangeness])
            right.append(hits[0].article in q.articles)
    return np.array(rows, np.float64), np.array(right, bool)


def fitted(w: Weights, x: Floats, y: npt.NDArray[np.bool_]) -> Weights:
    """Logistic regression by Newton's method, slopes held small by a ridge."""
    means, spreads = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.column_stack([(x - means) / spreads, np.ones(len(x))])
    ridge = np.diag([RIDGE] * (z.shape[1] - 1) + [0.0])
    slopes = np.zeros(z.shape[1])
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-z @ slopes))
        slopes -= np.linalg.solve((z * (p * (1 - p))[:, None]).T @ z + ridge, z.T @ (p - y) + ridge @ slopes)
    rounded = [tuple(round(float(v), 5) for v in row) for row in (means, spreads, slopes)]
    return replace(w, means=rounded[0], spreads=rounded[1], slopes=rounded[2][:-1], start=rounded[2][-1])


def held_out(w: Weights, x: Floats, y: npt.NDArray[np.bool_]) -> Floats:
    """Each question's probability by calibrations that have not seen it: the mean over several ways to divide them."""
    from switchboard.domain.knowledge.ranking import Features, probability

    chance = np.random.default_rng(0)
    out, times = np.zeros(len(y)), 5
    for _ in range(times):
        fold = chance.permutation(len(y)) % FOLDS
        for k in range(FOLDS):
            fit = fitted(w, x[fold != k], y[fold != k])
            out[fold == k] += [probability(fit, Features(*map(float, row))) / times for row in x[fold == k]]
    return out


def threshold(probabilities: Floats, right: npt.NDArray[np.bool_]) -> float:
    """The least probability from which at least PRECISION of the answers are right."""
    order = np.argsort(-probabilities)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(share >= PRECISION)
    return round(float(probabilities[order[enough[-1]]]), 3) if len(enough) else 1.0


def main(arguments: Sequence[str]) -> int:
    encoder = OnnxIntentModel()
    model = TwoViews(encoder)
    where = centres(encoder) if "--centres" in arguments else Centres.shipped()
    published, questions = read_set(DEV)
    start = untrained()
    index = PassageIndex(IndexBuilder(model, where, start).build(published), where, start)
    x, y = features(index, model, questions)
    probabilities = held_out(start, x, y)
    found = replace(fitted(start, x, y), threshold=threshold(probabilities, y))
    stored = {f: list(v) if isinstance(v, tuple) else v for f, v in ((f, getattr(found, f)) for f in Weights.__slots__)}
    (RESOURCES / "knowledge.json").write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
    said = probabilities >= found.threshold
    print(f"{len(questions)} questions, {y.mean():.3f} with the right article first; threshold {found.threshold}")
    print(f"held out: {said.sum()} answered, {y[said].mean():.3f} of them rightly")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
