"""Repacks py3langid's language model: the scripts where n-grams must decide, fewer languages, quick to load.

Its own file takes two seconds to load (a compressed automaton of 104,583 states with 256 transitions each). Here the
automaton becomes what it was made from, a trie with suffix links, without the n-grams of other scripts.
"""

from __future__ import annotations

import io
import json
import lzma
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .archive import write_arrays

# Languages told apart within a script, besides the project's own. The rest of py3langid's 142 are rare in customer
# service and would take short messages from their neighbours.
_OTHERS = {
    "latin": ["nl", "pl", "tr", "vi", "id", "sv", "da", "no", "fi", "cs", "ro", "hu", "ca", "hr", "sk"],
    "cyrillic": ["uk", "bg", "sr", "be", "kk"],
    "arabic": ["fa", "ur"],
    "devanagari": ["mr", "ne"],
}
_OWN = {"latin": ["en", "es", "fr", "de", "pt", "it"], "cyrillic": ["ru"], "arabic": ["ar"], "devanagari": ["hi"]}
# Added to the log-prior of the project's own languages: a message of two or three words goes to them unless
# the n-grams speak clearly. In units of the model's log-likelihood.
OWN_BONUS = 6.0
# And on top of it for English, which customers everywhere borrow single words from ("status?", "refund pls").
ENGLISH_BONUS = 4.0
_CONTINUATION = range(0x80, 0xC0)
_TWO_BYTES = {*range(0xC2, 0xCC), *range(0xD0, 0xD5), *range(0xD8, 0xDE)}  # Latin, Cyrillic, Arabic
_THREE_BYTES = {0xE0: {0xA4, 0xA5}, 0xE1: {0xB8, 0xB9, 0xBA, 0xBB}, 0xE2: {0x80}}  # Devanagari, Latin, quotes


def repack(source: Path, target: Path, supported: Sequence[str]) -> None:
    """Writes `target` from py3langid's `model.npz.xz`.

    `supported` are the project's languages; each that is not decided by its script alone must be one of the model's.
    """
    with np.load(io.BytesIO(lzma.decompress(source.read_bytes())), allow_pickle=False) as file:
        model = {name: file[name] for name in file.files}
    scripts = {script: _OWN[script] + others for script, others in _OTHERS.items()}
    languages = [language for group in scripts.values() for language in group]
    alone = {"zh", "ja", "ko"}
    unknown = set(supported) - set(languages) - alone
    if unknown:
        raise ValueError(f"no script and no model for the languages {sorted(unknown)}")
    edges, suffixes, outputs = _trie(model)
    used, features = np.unique(outputs, return_inverse=True)  # -1, no feature, comes first
    names = model["classes"].tolist()
    columns = [names.index(language) for language in languages]
    table = model["ptc"][np.ix_(used[used >= 0], columns)]
    priors = model["pc"][columns] + np.where(np.isin(languages, list(supported)), OWN_BONUS, 0)
    priors[languages.index("en")] += ENGLISH_BONUS
    step = (table.max() - table.min()) / 255
    shift = 1 if used[0] < 0 else 0
    settings = {"languages": languages, "scripts": scripts, "own": sorted(supported)}
    write_arrays(
        target,
        {
            "edges": np.array(list(edges), np.uint32),
            "targets": np.array(list(edges.values()), np.uint32),
            "suffixes": np.array(suffixes, np.uint32),
            "features": features.astype(np.int32) - shift,
            "table": np.round((table - table.min()) / step).astype(np.uint8),
            "scale": np.array([table.min(), step], np.float32),
            "priors": priors.astype(np.float32),
            "settings": np.frombuffer(json.dumps(settings, sort_keys=True).encode(), np.uint8),
        },
    )


def _trie(model: dict[str, npt.NDArray[Any]]) -> tuple[dict[int, int], list[int], list[int]]:
    """The edges (state * 256 + byte -> state), suffix links and features of the automaton.

    A transition leads either one byte deeper or back to a suffix; walking breadth first, it leads deeper exactly when
    its target was not met before. States are numbered anew in that order.
    """
    rows = model["nextmove"].reshape(-1, 256)
    row_of = model["nextmove_row"]
    edges: dict[int, int] = {}
    suffixes = [0]
    outputs = [int(model["out_feat"][0])]
    met = {0: 0}
    queue: list[tuple[int, bytes]] = [(0, b"")]
    for state, text in queue:
        number = met[state]
        children = rows[row_of[state]]
        for byte in range(256):
            child = int(children[byte])
            grown = text + bytes([byte])
            if child in met or not _of_interest(grown):
                continue
            met[child] = len(suffixes)
            edges[(number << 8) | byte] = met[child]
            suffixes.append(_follow(edges, suffixes, suffixes[number], byte) if number else 0)
            outputs.append(int(model["out_feat"][child]))
            queue.append((child, grown))
    return edges, suffixes, outputs


def _follow(edges: dict[int, int], suffixes: list[int], state: int, byte: int) -> int:
    while True:
        target = edges.get((state << 8) | byte)
        if target is not None:
            return target
        if not state:
            return 0
        state = suffixes[state]


def _of_interest(text: bytes) -> bool:
    for lead, following in zip(text, text[1:] + b"\x80", strict=True):
        if lead < 0x80 or lead in _CONTINUATION or lead in _TWO_BYTES:
            continue
        last = following == 0x80 and lead == text[-1]
        if lead not in _THREE_BYTES or not (last or following in _THREE_BYTES[lead]):
            return False
    return True
