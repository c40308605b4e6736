"""Builds the ONNX graph of the sentence encoder by hand. It has one stem and two tops, which serve every use of a text: no layer
need be run twice.

- The embedding table keeps the 4 bits it comes in: only the rows of the tokens at hand are unpacked inside the graph.
- The stem and the tuned top, which every message goes through, run in 8-bit integers: weights are quantised by output
  (one scale a row, symmetric), activations as they come (`DynamicQuantizeMatMul`: one scale for all tokens of a pass).
- The other top is for search: E5's own, with what was learnt of searching beside it in half precision (`MatMulNBits` of the
  original, and two thin products). It runs instead of the tuned one when `search` is true, and keeps its 4 bits: the blocks
  (32 weights, one scale, zero point 8) are the file's own; `accuracy_level=4` lets it multiply in 8-bit integers.

One text goes in at a time, so that its answer does not depend on others. Inputs: `ids`, int32 [1, tokens]; `search`, a boolean;
and `stem`, float [1, tokens, hidden], the stem's output of these ids if there is one, else of no tokens. Outputs: `embedding`,
float [1, hidden], the mean over the tokens of the chosen top's last layer; and `stem_out`, to be given to the other top.
Source of the architecture: Wang et al. 2024, "Multilingual E5 Text Embeddings" (a BERT encoder with absolute
positions and exact GELU).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from .e5_weights import BLOCK, E5Weights, Q4Matrix
from .learned import SMOOTHED, Layer, TunedLayers, dense_layer

_OPSET = 21
_IR_VERSION = 10
_MICROSOFT = "com.microsoft"
_INT8_ACTIVATIONS = 4
# How much of the differences between a product's inputs goes to its weights, 0 to 1. Chosen by the cosine to single precision.
_TO_WEIGHTS = np.float32(0.75)


def matmul_blob(matrix: Q4Matrix) -> npt.NDArray[np.uint8]:
    """The nibbles in the order of `MatMulNBits`: byte i of a block holds weights 2i (low) and 2i+1 (high)."""
    weights = np.concatenate([matrix.nibbles & 15, matrix.nibbles >> 4], axis=2)
    return np.ascontiguousarray(weights[:, :, 0::2] | (weights[:, :, 1::2] << 4))


def quantised(matrix: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """The matrix [outputs, inputs] in 8 bits, and the scale of each output: weight = integer * scale."""
    scales = np.maximum(np.abs(matrix).max(axis=1), np.float32(1e-12)) / np.float32(127)
    return np.round(matrix / scales[:, None]).astype(np.int8), scales


def smoothing(matrix: npt.NDArray[np.float32], most: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """What each input is divided by, and its weights [outputs, inputs] multiplied, so that both keep precision in 8 bits.

    `most`: the largest magnitude of each input. Xiao et al. 2023, "SmoothQuant".
    """
    weights = np.maximum(np.abs(matrix).max(axis=0), np.float32(1e-5))
    scales = np.maximum(most, np.float32(1e-3)) ** _TO_WEIGHTS / weights ** (1 - _TO_WEIGHTS)
    return np.asarray(scales / scales.mean(), np.float32)


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def finish(self, name: str, inputs: list[onnx.ValueInfoProto], outputs: dict[str, list[int | str]]) -> onnx.GraphProto:
        """The graph of what was added. `outputs`: the shape of each."""
        found = [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape) for output, shape in outputs.items()]
        return helper.make_graph(self.nodes, name, inputs, found, self.constants)

    def constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def matmul_4(self, name: str, source: str, matrix: Q4Matrix, bias: npt.NDArray[np.float32]) -> str:
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
            accuracy_level=_INT8_ACTIVATIONS,
        )

    def matmul_8(self, name: str, source: str, matrix: npt.NDArray[np.float32], bias: npt.NDArray[np.float32]) -> str:
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

    def half(self, name: str, value: npt.NDArray[np.float32]) -> str:
        """A constant in half precision, made single when the file is loaded."""
        return self.node("Cast", [self.constant(f"{name}.half", value.astype(np.float16))], name, to=TensorProto.FLOAT)

    def smoothed(self, name: str, source: str, scales: npt.NDArray[np.float32]) -> str:
        return self.node("Mul", [source, self.constant(f"{name}.even", 1 / scales)], f"{name}.evened")

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


def build_encoder(weights: E5Weights, tuned: TunedLayers, search: Mapping[int, Layer], max_tokens: int) -> onnx.ModelProto:
    """The encoder for texts of at most `max_tokens` tokens, special ones included. `search`: low-rank updates by layer
    (`learned.search_updates`)."""
    graph, stemming, given, understanding, searching = (_Graph() for _ in range(5))
    stem = _embed(stemming, weights, max_tokens)
    for number, layer in enumerate(tuned.stem):
        stem = _layer_8(stemming, weights, f"stem{number}", layer, stem)
    tokens: list[int | str] = [1, "tokens", weights.hidden]
    branches = {
        "then_branch": given.finish("given", [], {given.node("Identity", ["stem"], "as_given"): tokens}),
        "else_branch": stemming.finish("stemming", [], {stem: tokens}),
    }
    length = graph.node("Shape", ["stem"], "stem_length", start=1, end=2)
    known = graph.node("Greater", [length, graph.constant("none", np.array([0], np.int64))], "stem_known")
    graph.node("If", [known], "stem_out", **branches)
    state = stem = "stem_out"
    for number, layer in enumerate(tuned.top):
        state = _layer_8(understanding, weights, f"top{number}", layer, state)
    _mean(understanding, state, "understood")
    state = stem
    for number in range(len(tuned.stem), weights.layers):
        state = _layer_4(searching, weights, number, search.get(number), state)
    _mean(searching, state, "meaning")
    whole: list[int | str] = [1, weights.hidden]
    tops = {
        "then_branch": searching.finish("searching", [], {"meaning": whole}),
        "else_branch": understanding.finish("understanding", [], {"understood": whole}),
    }
    graph.node("If", ["search"], "embedding", **tops)
    inputs = [
        helper.make_tensor_value_info("ids", TensorProto.INT32, [1, "tokens"]),
        helper.make_tensor_value_info("search", TensorProto.BOOL, []),
        helper.make_tensor_value_info("stem", TensorProto.FLOAT, [1, "known", weights.hidden]),
    ]
    return helper.make_model(
        graph.finish("sentence_encoder", inputs, {"embedding": whole, "stem_out": tokens}),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)],
        ir_version=_IR_VERSION,
        producer_name="switchboard",
    )


def _mean(graph: _Graph, state: str, output: str) -> None:
    graph.node("ReduceMean", [state, graph.constant(f"{output}.axis", np.array([1], np.int64))], output, keepdims=0)


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


def _layer_8(graph: _Graph, weights: E5Weights, name: str, layer: Layer, state: str) -> str:
    def linear(part: str, source: str) -> str:
        matrix = layer[f"{part}.w"]
        if part in SMOOTHED:
            scales = smoothing(matrix, layer[f"{part}.most"])
            source, matrix = graph.smoothed(f"{name}.{part}", source, scales), matrix * scales
        return graph.matmul_8(f"{name}.{part}", source, matrix, layer[f"{part}.b"])

    return _layer(graph, weights, name, layer, linear, state)


def _layer_4(graph: _Graph, weights: E5Weights, number: int, update: Layer | None, state: str) -> str:
    layer = dense_layer(weights, number)

    def linear(part: str, source: str) -> str:
        parts = [weights.matrices[f"l{number}.{one}.w"] for one in ("qkv" if part == "qkv" else [part])]
        # the rows of several matrices as one, so that several products of one input become one
        matrix = Q4Matrix(np.concatenate([one.scales for one in parts]), np.concatenate([one.nibbles for one in parts]))
        name = f"l{number}.{part}"
        found = graph.matmul_4(name, source, matrix, layer[f"{part}.b"])
        if update is None:
            return found
        thin = graph.node("MatMul", [source, graph.half(f"{name}.down", update[f"{part}.down"].T)], f"{name}.thin")
        more = graph.node("MatMul", [thin, graph.half(f"{name}.up", update[f"{part}.up"].T)], f"{name}.more")
        return graph.node("Add", [found, more], f"{name}.sum")

    return _layer(graph, weights, f"l{number}", layer, linear, state)


def _layer(
    graph: _Graph, weights: E5Weights, name: str, layer: Layer, linear: Callable[[str, str], str], state: str
) -> str:
    parts = [f"{name}.{part}" for part in "qkv"]
    joint = linear("qkv", state)
    graph.nodes.append(helper.make_node("Split", [joint], parts, name=f"{name}.split", axis=2, num_outputs=3))
    mixed = graph.node("MultiHeadAttention", parts, f"{name}.attention", _MICROSOFT, num_heads=weights.heads)
    state = graph.add_and_normalise(f"{name}.attended", [linear("ao", mixed), state], layer, "aln", weights.epsilon)
    inner = graph.node("Gelu", [linear("fi", state)], f"{name}.gelu", _MICROSOFT)
    return graph.add_and_normalise(f"{name}.out", [linear("fo", inner), state], layer, "oln", weights.epsilon)
