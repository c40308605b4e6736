"""Sentence embeddings with ONNX Runtime."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

# One pass never holds more than this many tokens, padding included, so that memory stays bounded for any batch.
_TOKENS_A_PASS = 2048


class SentenceEncoder:
    """Embeds texts, given as token ids, as vectors of length 1: some views of each text (see the graph's builder)."""

    def __init__(self, path: Path, threads: int = 1) -> None:
        """`threads`: how many work on one pass; more than the machine's cores makes it slower."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # waiting threads sleep: on a shared or throttled processor spinning takes time from the work itself
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])
        self._shape: tuple[int, int] = tuple(self._session.get_outputs()[0].shape[1:])

    def embed(self, texts: Sequence[Sequence[int]]) -> npt.NDArray[np.float32]:
        """[texts, views, hidden], in the texts' order. A text's embedding does not depend on the others."""
        rows = np.empty((len(texts), *self._shape), np.float32)
        for chosen in _passes(texts):
            longest = max(len(texts[index]) for index in chosen)
            ids = np.zeros((len(chosen), longest), np.int32)
            mask = np.zeros_like(ids)
            for row, index in enumerate(chosen):
                ids[row, : len(texts[index])] = texts[index]
                mask[row, : len(texts[index])] = 1
            rows[chosen] = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return rows


def _passes(texts: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Groups of texts' indices; texts of like length go together, so that little is padding."""
    group: list[int] = []
    for index in sorted(range(len(texts)), key=lambda index: len(texts[index])):
        if group and (len(group) + 1) * len(texts[index]) > _TOKENS_A_PASS:
            yield group
            group = []
        group.append(index)
    if group:
        yield group
