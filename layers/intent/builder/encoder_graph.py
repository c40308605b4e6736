"""Builds the ONNX graph of the sentence encoder by hand, keeping every large matrix in its original 4 bits.

Nothing is quantised again, so the graph computes what the weights say:
- the embedding table stays packed, and only the rows of the tokens at hand are unpacked inside the graph;
- the layers use ONNX Runtime's `MatMulNBits`, whose blocks (32 weights, one scale, zero point 8) are the file's own.
  `accuracy_level=4` lets it multiply in 8-bit integers. Activations are quantised row by row, so a text's embedding
  does not depend on the texts that share its batch.

Inputs: `ids` and `mask`, both int32 [texts, tokens]; a masked-out token has mask 0. Output: `embedding`, float
[texts, views, hidden]; each view is of length 1 and is the mean over the tokens of one layer's output. The first view
is the last layer's, which the E5 authors use; an inner layer keeps more of the wording, and both together tell
intents apart better than either alone.
Source of the architecture: Wang et al. 2024, "Multilingual E5 Text Embeddings" (a BERT encoder with absolute
positions and exact GELU).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from .e5_weights import BLOCK, E5Weights, Q4Matrix

_OPSET = 21
_IR_VERSION = 10
_MICROSOFT = "com.microsoft"
INT8_ACTIVATIONS = 4
# The inner layer of the second view, counted from 0: of all, it helped most in cross-validation on the corpus.
INNER_VIEW = 8


def matmul_blob(matrix: Q4Matrix) -> npt.NDArray[np.uint8]:
    """The nibbles in the order of `MatMulNBits`: byte i of a block holds weights 2i (low) and 2i+1 (high)."""
    weights = np.concatenate([matrix.nibbles & 15, matrix.nibbles >> 4], axis=2)
    return np.ascontiguousarray(weights[:, :, 0::2] | (weights[:, :, 1::2] << 4))


def stack(matrices: list[Q4Matrix]) -> Q4Matrix:
    """One matrix with the rows of all, so that several products of one input become one."""
    return Q4Matrix(
        scales=np.concatenate([matrix.scales for matrix in matrices]),
        nibbles=np.concatenate([matrix.nibbles for matrix in matrices]),
    )


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

    def matmul(self, name: str, source: str, matrix: Q4Matrix, bias: npt.NDArray[np.float32]) -> str:
        rows, blocks = matrix.scales.shape
        return self.node(
            "MatMulNBits",
            [
                source,
                self.constant(f"{name}.q", matmul_blob(matrix)),
                self.constant(f"{name}.s", matrix.scales.astype(np.float32).reshape(-1)),
                "",
                "",
                self.constant(f"{name}.b", bias),
            ],
            name,
            _MICROSOFT,
            K=blocks * BLOCK,
            N=rows,
            bits=4,
            block_size=BLOCK,
            accuracy_level=INT8_ACTIVATIONS,
        )

    def add_and_normalise(self, name: str, source: str, skip: str, weights: E5Weights, tensor: str) -> str:
        return self.node(
            "SkipLayerNormalization",
            [
                source,
                skip,
                self.constant(f"{name}.w", weights.vectors[f"{tensor}.w"]),
                self.constant(f"{name}.b", weights.vectors[f"{tensor}.b"]),
            ],
            name,
            _MICROSOFT,
            epsilon=weights.epsilon,
        )


def build_encoder(weights: E5Weights, max_tokens: int) -> onnx.ModelProto:
    """The encoder for texts of at most `max_tokens` tokens, special ones included."""
    graph = _Graph()
    state = _embed(graph, weights, max_tokens)
    states = []
    for layer in range(weights.layers):
        state = _layer(graph, weights, layer, state)
        states.append(state)
    _pool(graph, [states[-1], states[INNER_VIEW]])
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "sentence_encoder",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT32, ["texts", "tokens"]),
                helper.make_tensor_value_info("mask", TensorProto.INT32, ["texts", "tokens"]),
            ],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["texts", 2, weights.hidden])],
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


def _layer(graph: _Graph, weights: E5Weights, layer: int, state: str) -> str:
    prefix = f"l{layer}"
    names = [f"{prefix}.{part}" for part in "qkv"]
    joint = graph.matmul(
        f"{prefix}.qkv",
        state,
        stack([weights.matrices[f"{name}.w"] for name in names]),
        np.concatenate([weights.vectors[f"{name}.b"] for name in names]),
    )
    graph.nodes.append(helper.make_node("Split", [joint], names, name=f"{prefix}.split", axis=2, num_outputs=3))
    attended = graph.node(
        "MultiHeadAttention",
        [*names, "", "mask"],
        f"{prefix}.attention",
        _MICROSOFT,
        num_heads=weights.heads,
    )

    def dense(part: str, source: str) -> str:
        name = f"{prefix}.{part}"
        return graph.matmul(name, source, weights.matrices[f"{name}.w"], weights.vectors[f"{name}.b"])

    state = graph.add_and_normalise(f"{prefix}.attended", dense("ao", attended), state, weights, f"{prefix}.aln")
    inner = graph.node("Gelu", [dense("fi", state)], f"{prefix}.gelu", _MICROSOFT)
    return graph.add_and_normalise(f"{prefix}.out", dense("fo", inner), state, weights, f"{prefix}.oln")


def _pool(graph: _Graph, states: list[str]) -> None:
    weight = graph.node(
        "Unsqueeze",
        [
            graph.node("Cast", ["mask"], "mask_float", to=TensorProto.FLOAT),
            graph.constant("pool_axis", np.array([2], np.int64)),
        ],
        "weight",
    )
    tokens = graph.constant("tokens_axis", np.array([1], np.int64))
    views = []
    for number, state in enumerate(states):
        masked = graph.node("Mul", [state, weight], f"masked{number}")
        # the mean over tokens and the sum point the same way, and only the direction is kept
        views.append(graph.node("ReduceSum", [masked, tokens], f"view{number}", keepdims=1))
    joined = graph.node("Concat", views, "views", axis=1)
    graph.node("LpNormalization", [joined], "embedding", axis=-1, p=2)
