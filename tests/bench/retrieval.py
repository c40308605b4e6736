"""How well the knowledge base finds the article that answers, and how fast among 100,000 passages.

    python -m tests.bench.retrieval [--data tests/data/knowledge] [--no-speed] [--passages 100000]

The questions of tests/data/knowledge judge: no weight and no threshold may be chosen on them. Those that were chosen, were on
tests/data/knowledge_dev (`python -m tools.knowledge_weights`)."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from switchboard.adapters.knowledge.building import IndexBuilder
from switchboard.adapters.knowledge.centres import Centres
from switchboard.adapters.knowledge.search import PassageIndex
from switchboard.adapters.knowledge.shipped import shipped_weights
from switchboard.adapters.knowledge.views import TwoViews
from switchboard.adapters.onnx.classifier import OnnxIntentModel
from switchboard.domain.knowledge.hits import Hit
from tests.bench.retrieval_crowd import crowded
from tools.knowledge_weights import Question, read_set

ROOT = Path(__file__).parents[2]
RECALL, P95_MS, TOP = 0.90, 20.0, 3


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=ROOT / "tests/data/knowledge")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--no-speed", action="store_true")
    chosen = parser.parse_args(arguments)
    model, centres, weights = TwoViews(OnnxIntentModel()), Centres.shipped(), shipped_weights()
    published, questions = read_set(chosen.data)
    data = IndexBuilder(model, centres, weights).build(published)
    index = PassageIndex(data, centres, weights)
    found = [
        (q, index.search(q.text, model.embed([q.text])[0], q.language, q.region, q.audience, TOP)) for q in questions
    ]  # fmt: skip
    print(f"{len(published)} articles, {len(data)} passages, {len(questions)} questions")
    short = quality(found, weights.threshold)
    if not chosen.no_speed:
        short |= speed(model, PassageIndex(crowded(data, chosen.passages), centres, weights), questions)
    return int(short)


def figure(name: str, value: str, target: str, met: bool) -> bool:
    """Print it; whether it is short."""
    print(f"figure {name} {value} {target} {'ok' if met else 'short'}")
    return not met


def quality(found: Sequence[tuple[Question, list[Hit]]], threshold: float) -> bool:
    asked, first, three = defaultdict[str, int](int), defaultdict[str, int](int), defaultdict[str, int](int)
    for q, hits in found:
        if q.articles:
            ranks = [h.article in q.articles for h in hits]
            asked[q.language] += 1
            first[q.language] += bool(ranks and ranks[0])
            three[q.language] += any(ranks)
    print(f"{'language':10}{'questions':>10}{'recall@1':>10}{'recall@3':>10}")
    for language in sorted(asked):
        n = asked[language]
        print(f"{language:10}{n:>10}{first[language] / n:>10.3f}{three[language] / n:>10.3f}")
    n = sum(asked.values())
    recall = sum(three.values()) / n
    print(f"{'all':10}{n:>10}{sum(first.values()) / n:>10.3f}{recall:>10.3f}")
    separation(found, threshold)
    return figure("recall_at_3", f"{recall:.3f}", f">={RECALL:.2f}", recall >= RECALL)


def separation(found: Sequence[tuple[Question, list[Hit]]], threshold: float) -> None:
    """Whether the bot's threshold tells questions with an answer from those without."""
    top = [(hits[0].probability if hits else 0.0, q, hits[0].article if hits else "") for q, hits in found]
    answerable = np.array([p for p, q, _ in top if q.articles])
    others = np.array([p for p, q, _ in top if not q.articles])
    right = np.array([a in q.articles for _, q, a in top])
    sure = np.array([p for p, _, _ in top])
    if len(others):
        wins = (answerable[:, None] > others[None]).mean() + 0.5 * (answerable[:, None] == others[None]).mean()
        print(f"figure separation_auroc {wins:.3f} - ok")
        print(f"unanswerable questions kept silent at {threshold}: {(others < threshold).sum()} of {len(others)}")
    said = sure >= threshold
    print(f"answered at {threshold}: {said.sum()} of {len(top)}, {right[said].mean() if said.any() else 0:.3f} of them rightly")
    print(f"answerable questions answered rightly by the bot: {(said & right).sum()} of {len(answerable)}")
    print(f"expected calibration error {calibration_error(sure, right):.3f}")
    print(f"mean probability {sure.mean():.3f}, right {right.mean():.3f}")


def calibration_error(sure: np.ndarray, right: np.ndarray) -> float:
    bins = np.minimum((sure * 10).astype(int), 9)
    return float(sum(abs(sure[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())))


def speed(model: TwoViews, index: PassageIndex, questions: Sequence[Question]) -> bool:
    """One core, from the question's text to hits with their texts; wall clock. And how often the rough comparison loses a hit."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # all threads there are share one core
    times: dict[str, list[float]] = {"all": [], "embed": [], "search": [], "cpu": []}
    for q in [*questions[:20], *questions]:
        start, cpu = time.perf_counter(), time.process_time()
        vector = model.embed([q.text])[0]
        between = time.perf_counter()
        index.search(q.text, vector, q.language, q.region, q.audience, TOP)
        end = time.perf_counter()
        taken = (end - start, between - start, end - between, time.process_time() - cpu)
        for name, seconds in zip(times, taken, strict=True):
            times[name].append(1000 * seconds)
    for name, values in times.items():
        rows = np.array(values[20:])
        print(f"{name:8} median {np.median(rows):6.2f} ms  p95 {np.percentile(rows, 95):6.2f} ms  most {rows.max():6.2f} ms")
    kept = lost_by_roughness(model, index, questions)
    print(f"figure rough_search_keeps {kept:.4f} - ok")
    p95 = float(np.percentile(times["all"][20:], 95))
    return figure("retrieval_p95", f"{p95:.1f}ms", f"<{P95_MS:.0f}ms", p95 < P95_MS)


def lost_by_roughness(model: TwoViews, index: PassageIndex, questions: Sequence[Question]) -> float:
    """The share of the exact search's best three that the rough one finds, too."""
    exact = index.exact()
    kept = total = 0
    for q in questions:
        vector = model.embed([q.text])[0]
        true = {h.article for h in exact.search(q.text, vector, q.language, q.region, q.audience, TOP)}
        kept += len(true & {h.article for h in index.search(q.text, vector, q.language, q.region, q.audience, TOP)})
        total += len(true)
    return kept / total


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
