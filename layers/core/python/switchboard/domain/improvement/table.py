"""What was found, for people's eyes: no personal data beyond what is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from switchboard.domain.improvement.figures import BY, Row, merged, row_of
from switchboard.domain.improvement.proposals import in_words

_NAMES = ("ended", "kept", "wrong", "left", "handed")


def figures_table(rows: Sequence[Row], by: Sequence[str] = ("mode", "intent"), most: int = 30) -> str:
    """One line a combination of `by`, the largest first: shares of what was heard, each with its count beside it; of what was ended
    for `kept` and `wrong`."""
    shown = merged(rows, by)
    names = [name for name in BY if name in by]
    head = [*names, "heard", "led", "answered", *_NAMES, "suggested", "used", "edited", "unused", "why people"]
    lines = [head]
    for row in shown[:most]:
        c = row.counts
        reasons = ", ".join(f"{reason} {n}" for reason, n in sorted(row.reasons.items(), key=lambda p: (-p[1], p[0])))
        lines.append([
            *(value for name, value in zip(BY, row.by, strict=True) if name in by), str(c["heard"]),
            *(_share(c[name], c["heard"]) for name in ("led", "answered", "ended")),
            *(_share(c[name], c["ended"]) for name in ("kept", "wrong")),
            *(_share(c[name], c["heard"]) for name in ("left", "handed", "suggested")),
            *(_share(c[name], c["used"] + c["edited"] + c["unused"]) for name in ("used", "edited", "unused")), reasons,
        ])  # fmt: skip
    if len(shown) > most:
        lines.append([f"and {len(shown) - most} more"])
    return _aligned(lines)


def clusters_table(clusters: Sequence[Mapping[str, Any]]) -> str:
    """Each group with its size, languages, proposal and examples."""
    parts = []
    for number, cluster in enumerate(clusters, 1):
        languages = ", ".join(f"{name} {n}" for name, n in cluster["languages"].items())
        corrected = ", ".join(f"{name} {n}" for name, n in cluster["corrected"].items())
        lines = [f"{number:2}. {cluster['size']} messages ({languages})", f"    {in_words(cluster)}"]
        lines += [f"    corrected to: {corrected}"] if corrected else []
        lines += [f"    - {' '.join(str(e.get('text') or 'erased').split())[:160]}" for e in cluster["examples"]]
        parts.append("\n".join(lines))
    return "\n".join(parts) or "no group of questions that was not resolved"


def rows_from(figures: Mapping[str, Any]) -> list[Row]:
    """The rows of what was found, as they are kept."""
    return [row_of(document) for document in figures.get("rows", [])]


def _share(number: int, of: int) -> str:
    return f"{number / of:.0%} ({number})" if of else "-"


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    columns = max(map(len, lines))
    widths = [max(len(line[n]) for line in lines if len(line) > n and (len(line) > 1 or n)) for n in range(columns)]
    return "\n".join("  ".join(text.ljust(widths[n]) for n, text in enumerate(line)).rstrip() for line in lines)
