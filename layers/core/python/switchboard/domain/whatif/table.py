"""A comparison as text, for a terminal."""

from __future__ import annotations

from switchboard.domain.whatif.comparison import MEASURES, Comparison, Measure, is_better
from switchboard.domain.whatif.intervals import Estimate


def table(c: Comparison) -> str:
    """Measures down, policies across; then each policy's differences."""
    names = [r.label for r in c.results]
    rows = [["", *names], ["conversations", *(f"{r.came:,}" for r in c.results)]]
    for m in MEASURES:
        rows.append([_title(m, c), *(_level(r.figures[m.key], m) for r in c.results)])
    parts = [c.period, "", *_columns(rows)]
    for d in c.differences:
        rows = [[f"{d.policy} minus {d.against}", "difference", "in per cent", ""]]
        for m in MEASURES:
            verdict = {True: "better", False: "worse", None: ""}[is_better(d.figures[m.key], m)]
            rows.append([_title(m, c), _level(d.figures[m.key], m, sign=True), _level(d.relative[m.key], _SHARE, sign=True), verdict])
        parts += ["", *_columns(rows)]
    parts += ["", c.method]
    parts += [f"note: {count:,} {what}" for what, count in c.notes.items()]
    return "\n".join(parts)


_SHARE = Measure("", "", "%", 0)


def _title(m: Measure, c: Comparison) -> str:
    if m.key == "sla":
        return f"within {c.sla:g} s"
    return m.title if m.unit != "s" else f"{m.title}, s"


def _level(e: Estimate | None, m: Measure, *, sign: bool = False) -> str:
    if e is None:
        return "-"
    if e.low is None or e.high is None:
        return amount(e.value, m.unit, sign=sign)
    return f"{amount(e.value, m.unit, sign=sign)} [{amount(e.low, m.unit, sign=sign)}, {amount(e.high, m.unit, sign=sign)}]"


def amount(value: float, unit: str, *, sign: bool = False) -> str:
    """A figure as people read it, without the unit's name but for per cent."""
    plus = "+" if sign else ""
    match unit:
        case "%":
            return f"{100 * value:{plus}.1f}%"
        case "money":
            return f"{value:{plus}.2f}"
        case _:
            return f"{value:{plus}.1f}"


def _columns(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    return lines
