"""How near the ONNX encoder comes to the tuned weights in single precision."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from switchboard.adapters.onnx.encoder import SentenceEncoder
from switchboard.adapters.onnx.tokenizer import UnigramTokenizer

from .e5_weights import E5Weights
from .learned import Layer, TunedLayers, search_layers
from .reference import ReferenceEncoder

# One or two messages in each language that figures are given for, short, long, and one cut at the token limit.
SAMPLES = (
    "Where is my order?",
    "I was charged twice for the same pair of shoes and nobody has answered my e-mails since last Tuesday.",
    "我的订单什么时候发货？",
    "退款已经两个星期了还没有到账,请帮我查一下到底是怎么回事",
    "¿Puedo cambiar la dirección de entrega?",
    "Je n'arrive plus à me connecter à mon compte depuis hier soir.",
    "Ich möchte das Paket zurückschicken.",
    "O cupom de desconto não funciona",
    "Vorrei parlare con un operatore, per favore",
    "Где моя посылка? Обещали доставить ещё вчера!",
    "注文をキャンセルしたいのですが、どうすればいいですか",
    "환불은 언제 받을 수 있나요?",
    "هل يمكنني الدفع عند الاستلام؟",
    "मेरा पार्सल अभी तक नहीं आया",
    "ok 👍",
    "My parcel has not arrived. " * 30,
)


def cosine_to_reference(
    weights: E5Weights, tuned: TunedLayers, search: Mapping[int, Layer], graph: Path, tokenizer: Path, prefix: str, max_tokens: int
) -> npt.NDArray[np.float32]:
    """The cosine between both encoders' embeddings, [samples, 2]: of what is understood, and of the meaning."""
    unigram = UnigramTokenizer.load(tokenizer)
    tokens = [unigram.encode(text, max_tokens, prefix) for text in SAMPLES]
    encoder = SentenceEncoder(graph, threads=2)
    searching = search_layers(weights, search)
    cosines = []
    for layers, found in (([*tuned.stem, *tuned.top], encoder.understood(tokens)), (searching, encoder.meaning(tokens))):
        reference = ReferenceEncoder(weights, layers)
        expected = np.stack([reference.embed(ids) for ids in tokens])
        lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(expected, axis=1)
        cosines.append((found * expected).sum(axis=1) / lengths)
    return np.stack(cosines, axis=1)
