"""Sentence embeddings with ONNX Runtime."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
import onnxruntime

Array = npt.NDArray[np.float32]
_LEAST_NORM = 1e-6
REMEMBERED = 12  # texts: those of one invocation of the router, each at most 200 kB


@dataclass(frozen=True)
class _Known:
    """What has been computed of one text: `stem` for the top that has not run, the others by whether they are for search."""

    stem: Array
    tops: dict[bool, Array]


class SentenceEncoder:
    """Embeds texts, given as token ids, in one way for understanding and in another for search (see the graph's builder). What was
    computed of the last texts is remembered, so that all uses of a message together run each layer once. Safe for threads."""

    def __init__(self, path: Path, threads: int = 1, remembered: int = REMEMBERED) -> None:
        """`threads`: how many work on one text; more than the machine's cores makes it slower."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # waiting threads sleep: on a shared or throttled processor spinning takes time from the work itself
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])
        self._width: int = self._session.get_outputs()[0].shape[1]
        self._no_stem = np.zeros((1, 0, self._width), np.float32)
        self._remembered = remembered
        self._known: OrderedDict[tuple[int, ...], _Known] = OrderedDict()
        self._lock = Lock()

    def understood(self, texts: Sequence[Sequence[int]]) -> Array:
        """[texts, width], in the texts' order: what intent and mood are read off."""
        return self._rows(texts, search=False)

    def meaning(self, texts: Sequence[Sequence[int]]) -> Array:
        """[texts, width], each of length 1, for search: the more alike two texts, the larger the product of their vectors."""
        found = self._rows(texts, search=True)
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), _LEAST_NORM), np.float32)

    def _rows(self, texts: Sequence[Sequence[int]], *, search: bool) -> Array:
        """One pass a text: nothing is padded, and no text's answer depends on another's."""
        rows = np.empty((len(texts), self._width), np.float32)
        for row, ids in enumerate(texts):
            rows[row] = self._row(tuple(ids), search)
        return rows

    def _row(self, ids: tuple[int, ...], search: bool) -> Array:
        with self._lock:
            known = self._known.get(ids)
        if known is None or search not in known.tops:
            stem = self._no_stem if known is None else known.stem
            given = {"ids": np.array([ids], np.int32), "search": np.array(search), "stem": stem}
            found, stem = self._session.run(None, given)
            known = _Known(stem, {**(known.tops if known else {}), search: found[0]})
        with self._lock:
            self._known[ids] = known
            self._known.move_to_end(ids)
            while len(self._known) > self._remembered:
                self._known.popitem(last=False)
        return known.tops[search]
