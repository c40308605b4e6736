"""The part of Markdown that articles use: read into blocks, and turned into the plain text of a chat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from switchboard.domain.errors import Malformed

_FENCE = re.compile(r"\s*(```|~~~)")
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*\Z")
_ITEM = re.compile(r"(\s*)([-*+]|\d{1,3}[.)])\s+(.*)")
_RULE = re.compile(r"\s*([-*_])(\s*\1){2,}\s*\Z")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*\Z")
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)[^)]*\)")
_CODE = re.compile(r"`([^`]*)`")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>|<!--.*?-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """What must not be torn apart: a heading, a paragraph, a list item or a table's row; `text` is plain."""

    kind: str  # "heading" | "paragraph" | "item" | "row"
    text: str
    level: int = 0  # of a heading, 1 to 6


def blocks(markdown: str) -> Iterator[Block]:
    """The blocks of a text, in order."""
    paragraph: list[str] = []
    header: list[str] = []
    fenced = False
    lines = markdown.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            yield from _flush(paragraph)
            fenced = not fenced
            continue
        if fenced:
            if line.strip():
                yield Block("paragraph", line.strip())
            continue
        heading, item, row = _HEADING.match(line), _ITEM.match(line), line.strip().startswith("|")
        if not row:
            header = []
        if not line.strip() or _RULE.match(line):
            yield from _flush(paragraph)
        elif heading:
            yield from _flush(paragraph)
            yield Block("heading", plain(heading[2]), len(heading[1]))
        elif row:
            yield from _flush(paragraph)
            if _TABLE_RULE.match(line):
                continue
            cells = [plain(cell) for cell in line.strip().strip("|").split("|")]
            if number + 1 < len(lines) and lines[number + 1].strip() and _TABLE_RULE.match(lines[number + 1]):
                header = cells
                continue
            if text := _row(cells, header):
                yield Block("row", text)
        elif item:
            yield from _flush(paragraph)
            mark = item[2] if item[2][0].isdigit() else "-"
            paragraph.append(f"{mark} {item[3]}")
        else:
            paragraph.append(line.strip().lstrip("> "))
    yield from _flush(paragraph)


def _flush(lines: list[str]) -> Iterator[Block]:
    if lines:
        text = plain(" ".join(lines))
        kind = "item" if re.match(r"(-|\d{1,3}[.)])\s", text) else "paragraph"
        lines.clear()
        if text:
            yield Block(kind, text)


def _row(cells: list[str], header: list[str]) -> str:
    """A table's row as a chat can show it: the first cell, then the others. More than two columns need their names."""
    first, rest = cells[0], [(i, c) for i, c in enumerate(cells) if i and c]
    if len(cells) > 2 and len(header) == len(cells):
        said = "; ".join(f"{header[i]}: {c}" if header[i] else c for i, c in rest)
    else:
        said = "; ".join(c for _, c in rest)
    return f"- {first}: {said}" if first and said else f"- {first or said}" if first or said else ""


def plain(text: str) -> str:
    """A line without Markdown's marks. A link keeps its address where that is not its text."""
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(lambda m: m[1] if m[1] in m[2] or m[2].startswith("#") else f"{m[1]} ({m[2]})", text)
    text = _TAG.sub("", text)
    held: list[str] = []  # code keeps its marks: *101*code# is no emphasis

    def hold(match: re.Match[str]) -> str:
        held.append(match[1])
        return f"\0{len(held) - 1}\0"

    text = _CODE.sub(hold, text)
    text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\2", text))
    text = re.sub(r"\\([\\`*_{}\[\]()#+\-.!|>])", r"\1", text)
    text = re.sub("\0(\\d+)\0", lambda m: held[int(m[1])], text)
    return " ".join(text.split())


def front_matter(text: str) -> tuple[dict[str, object], str]:
    """The fields at the head of a Markdown file, between two lines `---`, and the rest.

    A field is `name: text`, `name: [a, b]`, or `name:` with `- a` lines under it. Raises Malformed with the line's number."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].strip() != "---":
        raise Malformed("line 1: an article begins with '---' and its fields (id, title, locale, ..)")
    fields: dict[str, object] = {}
    name = ""
    for number, line in enumerate(lines[1:], 2):
        if line.strip() == "---":
            return fields, "\n".join(lines[number:]).strip()
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        listed = re.match(r"\s*-\s+(.*)", line)
        if listed and name and (fields[name] == "" or isinstance(fields[name], list)):
            before = fields[name] if isinstance(fields[name], list) else []
            fields[name] = [*before, _scalar(listed[1])]  # type: ignore[misc]  # a list, by the line before
            continue
        field = re.match(r"([A-Za-z_]+)\s*:\s*(.*)", line)
        if not field:
            raise Malformed(f"line {number}: a field is written 'name: value'")
        name = field[1]
        if name in fields:
            raise Malformed(f"line {number}: {name!r} stands twice")
        value = field[2].strip()
        listed_here = re.match(r"\[(.*)\]\s*\Z", value)
        fields[name] = [_scalar(v) for v in listed_here[1].split(",") if v.strip()] if listed_here else _scalar(value)
    raise Malformed("the fields at the head do not end: a line '---' is missing")


def _scalar(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value
