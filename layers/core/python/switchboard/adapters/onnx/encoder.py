"""Sentence embeddings with ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

Array = npt.NDArray[np.float32]
_LEAST_NORM = 1e-6


class SentenceEncoder:
    """Embeds texts, given as token ids, in one way for understanding and in another for search (see the graph's builder)."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """`threads`: how many work on one text; more than the machine's cores makes it slower."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # waiting threads sleep: on a shared or throttled processor spinning takes time from the work itself
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])
        self._width: int = self._session.get_outputs()[0].shape[1]

    def understood(self, texts: Sequence[Sequence[int]]) -> Array:
        """[texts, width], in the texts' order: what intent and mood are read off."""
        return self._run(texts, search=False)

    def meaning(self, texts: Sequence[Sequence[int]]) -> Array:
        """[texts, width], each of length 1, for search: the more alike two texts, the larger the product of their vectors."""
        found = self._run(texts, search=True)
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), _LEAST_NORM), np.float32)

    def _run(self, texts: Sequence[Sequence[int]], *, search: bool) -> Array:
        """One pass a text: nothing is padded, and no text's answer depends on another's."""
        rows = np.empty((len(texts), self._width), np.float32)
        for row, ids in enumerate(texts):
            rows[row] = self._session.run(None, {"ids": np.array([ids], np.int32), "search": np.array(search)})[0][0]
        return rows
