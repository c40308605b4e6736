"""Builds the ONNX graph of the sentence encoder by hand.

- The embedding table keeps the 4 bits it comes in: only the rows of the tokens at hand are unpacked inside the graph.
- The layers run in 8-bit integers: weights are quantised by output (one scale a row, symmetric), activations as they
  come (`DynamicQuantizeMatMul`: one scale for all tokens of a pass). One text goes in at a time, so that a text's
  embedding does not depend on others.

Input: `ids`, int32 [1, tokens]. Output: `embedding`, float [1, hidden], the mean of the last layer over the tokens.
Source of the architecture: Wang et al. 2024, "Multilingual E5 Text Embeddings" (a BERT encoder with absolute
positions and exact GELU).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from .e5_weights import BLOCK, E5Weights
from .learned import Layer

_OPSET = 21
_IR_VERSION = 10
_MICROSOFT = "com.microsoft"


def quantised(matrix: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """The matrix [outputs, inputs] in 8 bits, and the scale of each output: weight = integer * scale."""
    scales = np.maximum(np.abs(matrix).max(axis=1), np.float32(1e-12)) / np.float32(127)
    return np.round(matrix / scales[:, None]).astype(np.int8), scales


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def matmul(self, name: str, source: str, matrix: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]) -> str:
        integers, scales = quantised(matrix)
        return self.node(
            "DynamicQuantizeMatMul",
            [
                source,
                self.constant(f"{name}.q", integers.T),
                self.constant(f"{name}.s", scales),
                self.constant(f"{name}.z", np.zeros(len(scales), np.int8)),
                self.constant(f"{name}.b", bias),
            ],
            name,
            _MICROSOFT,
        )

    def add_and_normalise(self, name: str, inputs: list[str], layer: Layer, part: str, epsilon: float) -> str:
        return self.node(
            "SkipLayerNormalization",
            [
                *inputs,
                self.constant(f"{name}.w", layer[f"{part}.w"]),
                self.constant(f"{name}.b", layer[f"{part}.b"]),
            ],
            name,
            _MICROSOFT,
            epsilon=epsilon,
        )


def build_encoder(weights: E5Weights, layers: Sequence[Layer], max_tokens: int) -> onnx.ModelProto:
    """The encoder of these layers on the file's embedding, for texts of at most `max_tokens` tokens, special ones included."""
    graph = _Graph()
    state = _embed(graph, weights, max_tokens)
    for number, layer in enumerate(layers):
        state = _layer(graph, weights, f"l{number}", layer, state)
    graph.node("ReduceMean", [state, graph.constant("tokens_axis", np.array([1], np.int64))], "embedding", keepdims=0)
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "sentence_encoder",
            [helper.make_tensor_value_info("ids", TensorProto.INT32, [1, "tokens"])],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, weights.hidden])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)],
        ir_version=_IR_VERSION,
        producer_name="switchboard",
    )


def _embed(graph: _Graph, weights: E5Weights, max_tokens: int) -> str:
    table = weights.matrices["emb.word"]
    rows, blocks = table.scales.shape
    half = BLOCK // 2
    # blocks are unpacked as [..., blocks, 32]: 0 copies a dimension of the input
    halves = graph.constant("halves", np.array([0, 0, blocks, half], np.int64))
    flat = graph.constant("flat", np.array([0, 0, weights.hidden], np.int64))
    packed = graph.node("Gather", [graph.constant("words.q", table.nibbles.reshape(rows, -1)), "ids"], "packed", axis=0)
    low = graph.node("BitwiseAnd", [packed, graph.constant("low_mask", np.array(15, np.uint8))], "low_bits")
    shift = graph.constant("four", np.array(4, np.uint8))
    high = graph.node("BitShift", [packed, shift], "high_bits", direction="RIGHT")
    both = graph.node(
        "Concat",
        [graph.node("Reshape", [low, halves], "low"), graph.node("Reshape", [high, halves], "high")],
        "nibbles",
        axis=3,
    )
    centred = graph.node(
        "Sub",
        [
            graph.node("Cast", [both], "nibbles_float", to=TensorProto.FLOAT),
            graph.constant("zero_point", np.array(8, np.float32)),
        ],
        "centred",
    )
    scales = graph.node(
        "Unsqueeze",
        [
            graph.node(
                "Cast",
                [graph.node("Gather", [graph.constant("words.s", table.scales), "ids"], "half_scales", axis=0)],
                "row_scales",
                to=TensorProto.FLOAT,
            ),
            graph.constant("last", np.array([3], np.int64)),
        ],
        "scales",
    )
    words = graph.node("Reshape", [graph.node("Mul", [centred, scales], "scaled"), flat], "words")
    # every token is of type 0, so its vector can join the positions once and for all
    positions = weights.vectors["emb.pos"].reshape(-1, weights.hidden)[:max_tokens]
    positions = positions + weights.vectors["emb.type"].reshape(-1, weights.hidden)[0]
    length = graph.node("Shape", ["ids"], "length", start=1, end=2)
    used = graph.node(
        "Slice",
        [
            graph.constant("positions", positions),
            graph.constant("start", np.array([0], np.int64)),
            length,
            graph.constant("first", np.array([0], np.int64)),
        ],
        "used_positions",
    )
    summed = graph.node("Add", [words, used], "token_sum")
    return graph.node(
        "LayerNormalization",
        [
            summed,
            graph.constant("emb.ln.w", weights.vectors["emb.ln.w"]),
            graph.constant("emb.ln.b", weights.vectors["emb.ln.b"]),
        ],
        "embedded",
        axis=-1,
        epsilon=weights.epsilon,
    )


def _layer(graph: _Graph, weights: E5Weights, name: str, layer: Layer, state: str) -> str:
    def dense(part: str, source: str) -> str:
        return graph.matmul(f"{name}.{part}", source, layer[f"{part}.w"], layer[f"{part}.b"])

    parts = [f"{name}.{part}" for part in "qkv"]
    joint = dense("qkv", state)
    graph.nodes.append(helper.make_node("Split", [joint], parts, name=f"{name}.split", axis=2, num_outputs=3))
    mixed = graph.node("MultiHeadAttention", parts, f"{name}.attention", _MICROSOFT, num_heads=weights.heads)
    state = graph.add_and_normalise(f"{name}.attended", [dense("ao", mixed), state], layer, "aln", weights.epsilon)
    inner = graph.node("Gelu", [dense("fi", state)], f"{name}.gelu", _MICROSOFT)
    return graph.add_and_normalise(f"{name}.out", [dense("fo", inner), state], layer, "oln", weights.epsilon)
