"""Which product somebody means, by the letters of its name: whatever the case, accents, misspelling and words around it.

Only Latin letters and digits are compared; anything else, such as Chinese characters around a name, parts words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from local.shop.books import Product

ALIKE = 0.8  # of two words, as difflib counts: one slip in five letters, two in ten
SHORTEST_MISSPELT = 4  # letters; shorter words are too alike by chance
SMALL = frozenset({"a", "an", "and", "for", "in", "of", "on", "the", "with"})  # words that tell no product from another
WHOLE = 3  # letters of a word that counts in full
ENOUGH = 0.8  # what must be said of a name: a word that no other product has counts 1, one that two have a half
LONGEST = 500  # characters of a text that are looked at
CLEAR = 0.1  # by how much the best must lead, unless its whole name is said


def find(text: str, products: Iterable[Product]) -> Product | None:
    """The one product that the text names, by its SKU or by words of its name; None where none does, or several do as well."""
    said, products = _words(text[:LONGEST]), list(products)
    units = [*said, *map("".join, pairwise(said))]
    for product in products:
        if "".join(_words(product.sku)) in units:
            return product
    shared = Counter(word for product in products for word in set(_words(product.name)))
    ranked = sorted(((*_score(said, units, product, shared), product) for product in products), key=lambda each: (-each[0], -each[1]))
    if not ranked or ranked[0][0] < ENOUGH:
        return None
    (best, share, product), *others = ranked
    return None if others and best - others[0][0] < CLEAR and share < 1 else product


def _score(said: Sequence[str], units: Sequence[str], product: Product, shared: Counter[str]) -> tuple[float, float]:
    """How much is said of the name, and which share of the name that is."""
    name = _words(product.name)
    misspelt = [unit for unit in units if unit not in shared]  # a "shirt" is no skirt where there are shirts
    found = [1.0 if word in units else max((_likeness(word, unit) for unit in misspelt), default=0.0) for word in name]
    for n, pair in enumerate(map("".join, pairwise(name))):
        if pair in said:  # "t-shirt" written "tshirt"
            found[n] = found[n + 1] = 1.0
    weights = [0.0 if word in SMALL else min(1.0, len(word) / WHOLE) / shared[word] for word in name]
    got = sum(weight * alike for weight, alike in zip(weights, found, strict=True))
    return got, got / (sum(weights) or 1.0)


def _likeness(word: str, said: str) -> float:
    if min(len(word), len(said)) < SHORTEST_MISSPELT or word.isdigit() or said.isdigit():
        return 0.0
    alike = SequenceMatcher(None, word, said, autojunk=False).ratio()
    return alike if alike >= ALIKE else 0.0


def _words(text: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.findall(r"[a-z]+|[0-9]+", bare)

