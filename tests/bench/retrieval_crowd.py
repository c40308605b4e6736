"""A large index made of a small one: invented articles beside the real ones, near them in meaning and made of their words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from switchboard.adapters.knowledge.building import _inverted, _numbers
from switchboard.adapters.knowledge.data import IndexData, packed
from switchboard.domain.knowledge.words import terms

PER_ARTICLE = 5
NOISE = 0.6  # length of the random part of an invented passage's vector, the rest is 1


def crowded(data: IndexData, passages: int) -> IndexData:
    """`data` and as many invented passages as are wanted. An invented passage's vector lies between those of two real ones, and off
    them; its words are drawn from both. Its article has region, audience and language of the first one's."""
    chance = np.random.default_rng(7)
    more = passages - len(data)
    a, b = chance.integers(0, len(data), (2, more))
    a = np.repeat(a[:: PER_ARTICLE], PER_ARTICLE)[:more]
    real = data.vectors.astype(np.float32) * data.scales[:, None]
    share = chance.random((more, 1)).astype(np.float32)
    off = chance.standard_normal((more, real.shape[1])).astype(np.float32)
    mixed = share * real[a] + (1 - share) * real[b]
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    mixed += NOISE * off / np.linalg.norm(off, axis=1, keepdims=True)
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    scales = np.abs(mixed).max(axis=1) / 127
    entries = list(data.articles)
    articles = []
    for i in range(more):
        if i % PER_ARTICLE == 0:
            entries.append(replace(data.articles[int(data.article[a[i]])], id=f"invented-{i}"))
        articles.append(len(entries) - 1)
    texts = [data.text(i) for i in range(len(data))]
    words = [list(terms(f"{data.articles[int(data.article[i])].title} {h} {t}")) for i, (h, t) in enumerate(texts)]
    spoken = []
    for i in range(more):
        both = words[a[i]] + words[b[i]]
        spoken.append(" ".join(both[j] for j in chance.integers(0, len(both), len(both) // 2)))
    blob, ends = packed([*texts, *(("", said) for said in spoken)])
    starts, postings, weights = _inverted([*(" ".join(w) for w in words), *spoken])
    article = [*map(int, data.article), *articles]
    return IndexData(
        tuple(entries), np.vstack([data.vectors, np.rint(mixed / scales[:, None]).astype(np.int8)]),
        np.concatenate([data.scales, scales.astype(np.float32)]), np.zeros(passages, np.uint64), np.array(article, np.int32),
        _numbers(article), blob, ends, starts, postings, weights, data.probe,
    )  # fmt: skip
