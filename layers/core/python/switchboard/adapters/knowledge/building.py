"""Makes the index of all published articles, embedding only what has changed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from switchboard.adapters.knowledge.centres import Array, Centres, unit
from switchboard.adapters.knowledge.data import BUCKETS, Entry, IndexData, bucket, packed
from switchboard.application.knowledge_ports import Published
from switchboard.domain.knowledge.passages import Passage, contexts, passages
from switchboard.domain.knowledge.ranking import Weights, bm25
from switchboard.domain.knowledge.words import terms

PROBE = "Where is my parcel?"
_HUNDREDTH = 100.0


class Embedder(Protocol):
    def embed(self, texts: Sequence[str], *, passages: bool = False) -> Array: ...


class IndexBuilder:
    """`enough` says when to stop embedding: what is ready then is an index, of fewer articles."""

    def __init__(self, embedder: Embedder, centres: Centres, weights: Weights) -> None:
        self._embedder, self._centres, self._weights = embedder, centres, weights

    def build(
        self, published: Sequence[Published], previous: IndexData | None = None, enough: Callable[[], bool] = lambda: False
    ) -> IndexData:
        """Articles keep their order. Those that are left out for want of time are counted as `missing`."""
        known = self._known(previous)
        entries: list[Entry] = []
        cut: list[tuple[int, Passage]] = []
        keys: list[int] = []
        vectors: list[npt.NDArray[np.int8]] = []
        scales: list[float] = []
        missing = 0
        for one in published:
            pieces = passages(one.text)
            whole = hashlib.sha256(one.text.body.encode("utf-8")).hexdigest()
            wanted = [_key(one, piece, self._weights, whole) for piece in pieces]
            if any(key not in known for key in wanted):
                if enough():
                    missing += 1
                    continue
                for key, row in zip(wanted, self._embedded(one, pieces), strict=True):
                    known[key] = _quantised(row)
            for piece, key in zip(pieces, wanted, strict=True):
                cut.append((len(entries), piece))
                keys.append(key)
                vectors.append(known[key][0])
                scales.append(known[key][1])
            entries.append(_entry(one))
        starts, postings, weights = _inverted([p.searched(entries[a].title) for a, p in cut])
        texts, ends = packed([(p.heading, p.text) for _, p in cut])
        probe = self._embedder.embed([PROBE])[0]
        return IndexData(
            tuple(entries), np.array(vectors, np.int8).reshape(len(cut), len(probe)), np.array(scales, np.float32),
            np.array(keys, np.uint64), np.array([a for a, _ in cut], np.int32), _numbers([a for a, _ in cut]), texts, ends,
            starts, postings, weights, probe, missing,
        )  # fmt: skip

    def _known(self, previous: IndexData | None) -> dict[int, tuple[npt.NDArray[np.int8], float]]:
        if previous is None or not same_encoder(previous, self._embedder):
            return {}
        return {int(k): (previous.vectors[i], float(previous.scales[i])) for i, k in enumerate(previous.keys)}

    def _embedded(self, one: Published, pieces: Sequence[Passage]) -> Array:
        """Meaning: of the passage, of what stands around it, and of the title. Matter: the article's."""
        w, title, wide, of = self._weights, one.text.title, *contexts(pieces, one.text.title)
        found = self._embedder.embed([title, *wide, *(p.searched(title) for p in pieces)], passages=True)
        languages = [one.text.language] * len(found)
        meant = self._centres.meanings(found, languages, w.centred)
        own, around = meant[1 + len(wide) :], meant[1 : 1 + len(wide)]
        meaning = unit(own + np.float32(w.context) * around[of] + np.float32(w.title) * meant[0])
        matter = unit(self._centres.matters(found, languages)[1 + len(wide) :].mean(axis=0, keepdims=True))
        return np.hstack([meaning, np.repeat(np.float32(w.matter) * matter, len(own), axis=0)])


def same_encoder(data: IndexData, embedder: Embedder) -> bool:
    """Whether vectors of this encoder may be compared with the index's."""
    probe = embedder.embed([PROBE])[0]
    return probe.shape == data.probe.shape and float(probe @ data.probe) > 0.999


def _entry(one: Published) -> Entry:
    t = one.text
    return Entry(one.id, one.version, t.title, t.locale, t.regions, t.audience.value, t.topic)


def _key(one: Published, piece: Passage, weights: Weights, whole: str) -> int:
    """`whole` stands for the article's text: what surrounds a passage is part of its vector."""
    chosen = repr((weights.title, weights.context, weights.matter, weights.centred))
    said = "\0".join((one.text.language, one.text.title, piece.heading, piece.text, chosen, whole))
    return int.from_bytes(hashlib.sha256(said.encode("utf-8")).digest()[:8], "big")


def _quantised(row: Array) -> tuple[npt.NDArray[np.int8], float]:
    scale = float(np.abs(row).max()) / 127 or 1.0
    return np.rint(row / scale).astype(np.int8), scale


def _numbers(article: Sequence[int]) -> npt.NDArray[np.int32]:
    seen: Counter[int] = Counter()
    out = []
    for a in article:
        out.append(seen[a])
        seen[a] += 1
    return np.array(out, np.int32)


def _inverted(texts: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Buckets' starts, the passages of each bucket, and what its word weighs there, in hundredths."""
    counted = [Counter(bucket(t) for t in terms(text)) for text in texts]
    lengths = [sum(c.values()) for c in counted]
    mean = sum(lengths) / len(lengths) if lengths else 1.0
    total = sum(map(len, counted))
    words, docs = np.empty(total, np.int32), np.empty(total, np.int32)
    weights = np.empty(total, np.uint8)
    at = 0
    for number, (found, length) in enumerate(zip(counted, lengths, strict=True)):
        for word, times in found.items():
            words[at], docs[at], weights[at] = word, number, round(_HUNDREDTH * bm25(times, length, mean))
            at += 1
    order = np.argsort(words, kind="stable")
    starts = np.zeros(BUCKETS + 1, np.int64)
    np.cumsum(np.bincount(words, minlength=BUCKETS), out=starts[1:])
    return starts, docs[order], weights[order]
