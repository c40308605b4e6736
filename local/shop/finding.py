"""Which product somebody means, by the letters of its name: whatever the case, accents, misspelling and words around it.

Only Latin letters and digits are compared; anything else, such as Chinese characters around a name, parts words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from local.shop.books import Product

ALIKE = 0.8  # of two words, as difflib counts: one slip in five letters, two in ten
SHORTEST_MISSPELT = 4  # letters; shorter words are too alike by chance
ENOUGH = 0.6  # how much of a name's weight must be there; a word that no other product has weighs 1
CLEAR = 0.1  # by how much the best must lead


def find(text: str, products: Iterable[Product]) -> Product | None:
    """The one product that the text names, by its SKU or by words of its name; None where none does, or several do as well."""
    said, products = _words(text), list(products)
    joined = {*said, *map("".join, _pairs(said))}
    for product in products:
        if "".join(_words(product.sku)) in joined:
            return product
    shared = Counter(word for product in products for word in set(_words(product.name)))
    ranked = sorted(((_score(said, product, shared), product) for product in products), key=lambda each: -each[0])
    if not ranked or ranked[0][0] < ENOUGH:
        return None
    return None if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEAR else ranked[0][1]


def _score(said: Sequence[str], product: Product, shared: Counter[str]) -> float:
    """How much of the name is said: each word by how few products have it, and by its length; a whole name counts more than a part."""
    name = _words(product.name)
    weights = [min(1.0, len(word) / 4) / shared[word] for word in name]
    units = [*said, *map("".join, _pairs(said))]
    found = [max((_likeness(word, unit) for unit in units), default=0.0) for word in name]
    for n, pair in enumerate(map("".join, _pairs(name))):  # "t-shirt" written "tshirt"
        alike = max((_likeness(pair, unit) for unit in said), default=0.0)
        found[n], found[n + 1] = max(found[n], alike), max(found[n + 1], alike)
    got = sum(weight * alike for weight, alike in zip(weights, found, strict=True))
    return got * (0.7 + 0.3 * got / sum(weights)) if weights else 0.0


def _likeness(word: str, said: str) -> float:
    if word == said:
        return 1.0
    if min(len(word), len(said)) < SHORTEST_MISSPELT or word.isdigit() or said.isdigit():
        return 0.0
    alike = SequenceMatcher(None, word, said, autojunk=False).ratio()
    return alike if alike >= ALIKE else 0.0


def _words(text: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.findall(r"[a-z]+|[0-9]+", bare)


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    return pairwise(words)
