"""The build reads the 4-bit weights rightly, computes what they say, and redoes a step only when it must."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from layers.intent.builder.archive import write_arrays
from layers.intent.builder.cache import step
from layers.intent.builder.e5_weights import E5Weights, Q4Matrix, WeightFormatError, read_e5_weights
from layers.intent.builder.encoder_graph import build_encoder, quantised, smoothing
from layers.intent.builder.learned import MATRICES, LearnedError, search_layers, search_updates, tuned_layers
from layers.intent.builder.reference import ReferenceEncoder
from layers.intent.builder.vocabulary import cut
from switchboard.adapters.onnx.encoder import SentenceEncoder

HIDDEN, INNER, LAYERS, RANK = 64, 128, 4, 2
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁", "▁ok", "θα", "注文", "ไม่", "मेरा", "?", "❤", "посылка", *(f"▁w{n}" for n in range(37)))


def small_weights() -> E5Weights:
    """A whole encoder with random weights."""
    random = np.random.default_rng(7)

    def matrix(rows: int, width: int) -> Q4Matrix:
        return Q4Matrix(
            random.uniform(0.02, 0.05, (rows, width // 32)).astype(np.float16),
            random.integers(0, 256, (rows, width // 32, 16), dtype=np.uint8),
        )

    def vector(size: int) -> object:
        return random.normal(0, 0.1, size).astype(np.float32)

    matrices = {"emb.word": matrix(len(PIECES), HIDDEN)}
    vectors = {"emb.pos": vector(32 * HIDDEN), "emb.type": vector(2 * HIDDEN)}
    norms = ["emb.ln"]
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao"):
            matrices[f"l{layer}.{part}.w"], vectors[f"l{layer}.{part}.b"] = matrix(HIDDEN, HIDDEN), vector(HIDDEN)
        matrices[f"l{layer}.fi.w"], vectors[f"l{layer}.fi.b"] = matrix(INNER, HIDDEN), vector(INNER)
        matrices[f"l{layer}.fo.w"], vectors[f"l{layer}.fo.b"] = matrix(HIDDEN, INNER), vector(HIDDEN)
        norms += [f"l{layer}.aln", f"l{layer}.oln"]
    for name in norms:
        vectors[f"{name}.w"], vectors[f"{name}.b"] = 1 + vector(HIDDEN), vector(HIDDEN)
    return E5Weights(
        hidden=HIDDEN, layers=LAYERS, heads=2, inner=INNER, epsilon=1e-12, bos=0, eos=2, pad=1, unknown=3,
        pieces=PIECES, scores=np.arange(len(PIECES), dtype=np.float32), normalisation={}, matrices=matrices, vectors=vectors,
    )  # fmt: skip


def learned_file(path: Path, seed: int = 3, **changed: np.ndarray) -> Path:
    """Updates of two layers above two that are left alone."""
    random = np.random.default_rng(seed)
    sizes = {"qkv": (3 * HIDDEN, HIDDEN), "ao": (HIDDEN, HIDDEN), "fi": (INNER, HIDDEN), "fo": (HIDDEN, INNER)}
    arrays = {"frozen": np.array(2)}
    for part in MATRICES:
        rows, columns = sizes[part]
        arrays[f"{part}.up"] = random.normal(0, 0.2, (2, rows, RANK)).astype(np.float16)
        arrays[f"{part}.down"] = random.normal(0, 0.2, (2, RANK, columns)).astype(np.float16)
    write_arrays(path, {**arrays, **changed})
    return path


def cosine(one: np.ndarray, two: np.ndarray) -> float:
    return float(one @ two / np.linalg.norm(one) / np.linalg.norm(two))


def test_the_graph_computes_what_the_weights_and_the_learnt_update_say(tmp_path: Path) -> None:
    weights = small_weights()
    tuned = tuned_layers(weights, learned_file(tmp_path / "learned.npz"))
    path = tmp_path / "encoder.onnx"
    search = search_updates(weights, learned_file(tmp_path / "search.npz", seed=5))
    path.write_bytes(build_encoder(weights, tuned, search, 32).SerializeToString())
    texts = [[0, 7, 8, 2], [0, 2], [0, *range(10, 30), 2]]
    encoder = SentenceEncoder(path)
    for layers, found in (
        ([*tuned.stem, *tuned.top], encoder.understood(texts)),
        (search_layers(weights, search), encoder.meaning(texts)),
    ):
        reference = ReferenceEncoder(weights, layers)
        for text, row in zip(texts, found, strict=True):
            assert cosine(reference.embed(text), row) == pytest.approx(1, abs=5e-3)
    assert list(search) == [2, 3]
    # each top has learnt something of its own
    assert cosine(encoder.understood(texts)[0], encoder.meaning(texts)[0]) < 0.98


def test_inputs_far_apart_in_size_keep_precision_in_eight_bits() -> None:
    """Where four inputs are a hundred times the others and weigh a hundredth, all count alike, and all must be kept."""
    random = np.random.default_rng(4)
    sizes = np.where(np.arange(64) < 4, 100, 1).astype(np.float32)
    given, matrix = random.normal(size=(200, 64)).astype(np.float32) * sizes, random.normal(size=(32, 64)).astype(np.float32) / sizes

    def error(scales: np.ndarray) -> float:
        integers, steps = quantised(matrix * scales)
        evened = given / scales
        step = np.abs(evened).max() / 127
        found = np.round(evened / step) * step @ (integers * steps[:, None]).T
        return float(np.abs(found - given @ matrix.T).mean())

    assert error(smoothing(matrix, np.abs(given).max(axis=0))) < error(np.ones(64, np.float32)) / 5


def test_a_text_is_embedded_the_same_in_any_company(tmp_path: Path) -> None:
    weights = small_weights()
    path = tmp_path / "encoder.onnx"
    path.write_bytes(build_encoder(weights, tuned_layers(weights, learned_file(tmp_path / "learned.npz")), {}, 32).SerializeToString())
    encoder = SentenceEncoder(path)
    texts = [[0, 7, 8, 2], [0, *range(10, 30), 2]]
    assert (encoder.understood(texts)[0] == encoder.understood(texts[:1])[0]).all()


def test_an_update_learnt_for_another_encoder_is_refused(tmp_path: Path) -> None:
    path = learned_file(tmp_path / "learned.npz", **{"ao.down": np.zeros((2, RANK, 3), np.float16)})
    for read in (tuned_layers, search_updates):
        with pytest.raises(LearnedError, match=r"learned\.npz"):
            read(small_weights(), path)


def test_all_uses_of_a_text_run_each_layer_once_and_say_what_they_say_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = small_weights()
    path = tmp_path / "encoder.onnx"
    path.write_bytes(build_encoder(weights, tuned_layers(weights, learned_file(tmp_path / "learned.npz")), {}, 32).SerializeToString())
    texts = [[0, 7, 8, 2], [0, *range(10, 30), 2]]
    alone = SentenceEncoder(path, remembered=0)
    both = SentenceEncoder(path)
    stems = list[int]()
    run = both._session.run

    def counted(names: None, given: dict[str, np.ndarray]) -> list[np.ndarray]:
        stems.append(given["stem"].shape[1])
        return list(run(names, given))

    monkeypatch.setattr(both, "_session", type("Counted", (), {"run": staticmethod(counted)})())
    for _ in range(2):
        assert (both.understood(texts) == alone.understood(texts)).all()
        assert (both.meaning(texts) == alone.meaning(texts)).all()
    # two passes from the tokens on, two from the stems, and none the second time
    assert stems == [0, 0, *map(len, texts)]


def test_the_cut_vocabulary_keeps_what_our_languages_write_and_each_piece_its_row() -> None:
    weights = small_weights()
    less = cut(weights)
    assert set(weights.pieces) - set(less.pieces) == {"θα", "ไม่"}
    for piece in ("<unk>", "▁ok", "注文", "मेरा", "❤", "посылка"):
        old, new = weights.pieces.index(piece), less.pieces.index(piece)
        assert (weights.matrices["emb.word"].dense()[old] == less.matrices["emb.word"].dense()[new]).all()
        assert weights.scores[old] == less.scores[new]
    assert [less.pieces[number] for number in (less.bos, less.pad, less.eos, less.unknown)] == ["<s>", "<pad>", "</s>", "<unk>"]


def test_a_block_of_four_bit_weights_unpacks_as_documented() -> None:
    nibbles = np.arange(16, dtype=np.uint8).reshape(1, 1, 16) | np.uint8(15 << 4)
    row = Q4Matrix(np.array([[0.5]], np.float16), nibbles).dense()[0]
    assert row[:16] == pytest.approx([(value - 8) * 0.5 for value in range(16)])
    assert row[16:] == pytest.approx([3.5] * 16)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 something else", b"E5S1\x01\x00\x00\x00" + b"\xff" * 400])
def test_another_file_or_a_damaged_one_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(content)
    with pytest.raises(WeightFormatError, match=r"weights\.bin"):
        read_e5_weights(path)


def test_equal_arrays_make_equal_files(tmp_path: Path) -> None:
    arrays = {"b": np.arange(5), "a": np.ones(3, np.float32)}
    write_arrays(tmp_path / "one.npz", arrays)
    write_arrays(tmp_path / "two.npz", dict(reversed(arrays.items())))
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


class Step:
    def __init__(self, directory: Path) -> None:
        self.output, self.record, self.times = directory / "out", directory / "steps/one.json", 0

    def make(self) -> None:
        self.times += 1
        self.output.write_text("made")

    def run(self, key: str) -> int:
        step("one", key, [self.output], self.record, self.make)
        return self.times


def test_a_step_runs_again_only_for_new_inputs_or_a_changed_output(tmp_path: Path) -> None:
    one = Step(tmp_path)
    assert one.run("a") == 1
    assert one.run("a") == 1
    assert one.run("b") == 2
    one.output.write_text("damaged")
    assert one.run("b") == 3
    one.output.unlink()
    assert one.run("b") == 4


def test_a_step_that_failed_is_not_taken_for_done(tmp_path: Path) -> None:
    one = Step(tmp_path)
    one.run("a")

    def fail() -> None:
        one.output.write_text("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        step("one", "b", [one.output], one.record, fail)
    assert one.run("a") == 2
