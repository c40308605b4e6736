"""The index as arrays, and as one file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from io import BytesIO
from typing import Any
from zipfile import BadZipFile
from zlib import crc32

import numpy as np
import numpy.typing as npt

from switchboard.domain.errors import Unreadable

FORMAT = 1
BUCKETS = 1 << 18  # of words: two words share one so seldom that their postings may be mixed


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in the index."""

    id: str
    version: int
    title: str
    locale: str
    regions: tuple[str, ...]
    audience: str
    topic: str


@dataclass(frozen=True)
class IndexData:
    """`articles`: those of the index; every other field has a row a passage, but for `starts`, `postings` and `weights`, the inverted
    index: words of bucket b are in the passages postings[starts[b]:starts[b+1]], and weigh there weights / 100.

    `keys` tell a passage's text, title, language and encoder, so that what has not changed need not be embedded again. `number` counts
    an article's passages. `texts` holds headings and texts one after another in UTF-8, up to `ends`. `probe` is the vector of PROBE,
    by which a reader knows whether it has the same encoder. `missing`: articles that are published and not yet in."""

    articles: tuple[Entry, ...]
    vectors: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float32]
    keys: npt.NDArray[np.uint64]
    article: npt.NDArray[np.int32]
    number: npt.NDArray[np.int32]
    texts: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    postings: npt.NDArray[np.int32]
    weights: npt.NDArray[np.uint8]
    probe: npt.NDArray[np.float32]
    missing: int = 0
    format: int = field(default=FORMAT)

    def __len__(self) -> int:
        return len(self.article)

    def text(self, passage: int) -> tuple[str, str]:
        """Heading and text of a passage."""
        heading, body = (self._piece(2 * passage), self._piece(2 * passage + 1))
        return heading, body

    def _piece(self, number: int) -> str:
        start = int(self.ends[number - 1]) if number else 0
        return self.texts[start : int(self.ends[number])].tobytes().decode("utf-8")


_ARRAYS = tuple(f.name for f in fields(IndexData) if f.name not in ("articles", "missing", "format"))


def bucket(term: str) -> int:
    return crc32(term.encode("utf-8")) & (BUCKETS - 1)


def dump(data: IndexData) -> bytes:
    head = {"format": data.format, "missing": data.missing, "articles": [asdict(a) for a in data.articles]}
    arrays: dict[str, Any] = {name: getattr(data, name) for name in _ARRAYS}
    arrays["head"] = np.frombuffer(json.dumps(head, ensure_ascii=False).encode("utf-8"), np.uint8)
    out = BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def load(raw: bytes) -> IndexData:
    """Raises Unreadable for what is no index, or one that this build does not know."""
    try:
        with np.load(BytesIO(raw), allow_pickle=False) as file:
            head = json.loads(file["head"].tobytes())
            if head["format"] != FORMAT:
                raise Unreadable(f"the knowledge index has format {head['format']}, this build reads {FORMAT}")
            articles = tuple(_entry(a) for a in head["articles"])
            return IndexData(articles, **{name: file[name] for name in _ARRAYS}, missing=head["missing"])
    except (KeyError, ValueError, TypeError, OSError, EOFError, BadZipFile) as error:
        raise Unreadable(f"the knowledge index cannot be read ({type(error).__name__})") from None


def _entry(stored: dict[str, Any]) -> Entry:
    return Entry(**{**stored, "regions": tuple(stored["regions"])})


def packed(texts: Sequence[tuple[str, str]]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """`texts` and `ends` of pairs of heading and text."""
    pieces = [piece.encode("utf-8") for pair in texts for piece in pair]
    return np.frombuffer(b"".join(pieces), np.uint8), np.cumsum([len(p) for p in pieces], dtype=np.int64)
