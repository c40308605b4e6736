"""An article cut into passages: pieces short enough to be read by the encoder whole and to be sent as an answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from switchboard.domain.knowledge.article import Text
from switchboard.domain.knowledge.markdown import Block, blocks
from switchboard.domain.knowledge.words import is_ideograph

WORDS = 80  # of a passage; with its title in front it just fits into the encoder's 128 tokens


@dataclass(frozen=True, slots=True)
class Passage:
    """`heading`: the section's, empty above the first. `text`: plain lines; items and rows begin with their mark."""

    heading: str
    text: str

    def searched(self, title: str) -> str:
        """What is embedded and indexed: a passage seldom names what its article is about."""
        head = f"{title}. {self.heading}." if self.heading and self.heading != title else f"{title}."
        return f"{head} {self.text}"


def passages(article: Text) -> tuple[Passage, ...]:
    """At least one: an article of headings alone is one of its title."""
    found = tuple(_cut(article))
    return found or (Passage("", article.title),)


def contexts(pieces: Sequence[Passage], title: str) -> tuple[list[str], list[int]]:
    """Neighbouring passages as texts of up to WORDS words, and for each passage which of them it is in."""
    texts, of = list[str](), list[int]()
    size = 0
    for piece in pieces:
        said = f"{piece.heading}. {piece.text}" if piece.heading else piece.text
        more = words(said)
        if not texts or size + more > WORDS:
            texts.append(f"{title}.")
            size = 0
        texts[-1] += f" {said}"
        size += more
        of.append(len(texts) - 1)
    return texts, of


def _cut(article: Text) -> Iterator[Passage]:
    heading, lines, size = "", list[str](), 0
    for block in blocks(article.body):
        if block.kind == "heading":
            if lines:
                yield Passage(heading, "\n".join(lines))
            heading, lines, size = "" if block.level == 1 or block.text == article.title else block.text, [], 0
            continue
        for text in _bearable(block):
            more = words(text)
            if lines and size + more > WORDS:
                yield Passage(heading, "\n".join(lines))
                lines, size = [], 0
            lines.append(text)
            size += more
    if lines:
        yield Passage(heading, "\n".join(lines))


def _bearable(block: Block) -> Iterator[str]:
    """The block, in pieces of whole sentences if it is longer than a passage."""
    if words(block.text) <= WORDS:
        yield block.text
        return
    piece = ""
    for sentence in sentences(block.text):
        if piece and words(piece) + words(sentence) > WORDS:
            yield piece.strip()
            piece = ""
        piece += sentence
    if piece.strip():
        yield piece.strip()


_ENDS = ".!?\u2026\u0964\u061f\u3002\uff01\uff1f"
_WIDE_ENDS = "\u0964\u3002\uff01\uff1f"


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, which together are the text. A stop between digits or without a blank after it ends none."""
    start = 0
    for i, c in enumerate(text):
        last = i + 1 == len(text)
        if c in _ENDS and (last or c in _WIDE_ENDS or text[i + 1].isspace()):
            if not last and c == "." and _abbreviates(text, start, i):
                continue
            yield text[start : i + 1]
            start = i + 1
    if text[start:].strip():
        yield text[start:]


def _abbreviates(text: str, start: int, stop: int) -> bool:
    """Whether the full stop belongs to an abbreviation or a list's number ("1.", "z. B.", "No."), not to the sentence."""
    word = text[start:stop].rpartition(" ")[2]
    following = text[stop + 1 :].lstrip()[:1]
    return (len(word) <= 2 and not is_ideograph(word[-1:])) or following.islower()


def words(text: str) -> int:
    """How many words; of a script without blanks, half as many as characters."""
    ideographs = sum(map(is_ideograph, text))
    return len(text.split()) + ideographs // 2
