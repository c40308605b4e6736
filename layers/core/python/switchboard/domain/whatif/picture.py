"""A comparison as an SVG picture: how many customers waited longer than how long, and each policy's P95, with intervals.

It brings its own background and follows the reader's light or dark preference, so it can stand in any page. Colours are told apart
by people who see few of them (from M. Okabe and K. Ito's set), lines by their dashes too."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import log10

from switchboard.domain.whatif.comparison import CURVE, MEANINGS, Comparison, Result
from switchboard.domain.whatif.intervals import LEVEL
from switchboard.domain.whatif.table import amount

WIDTH, LEFT, RIGHT, TOP = 960, 78, 930, 96
CHART = 300  # height of the curves
ROW = 46
COLOURS = (  # light, dark
    ("#0072b2", "#56b4e9"), ("#c05000", "#ee9a3a"), ("#008262", "#2fc79a"), ("#a6467f", "#e39ac6"), ("#7a6a00", "#e0d04a"),
    ("#50565e", "#b4bcc6"), ("#8a3b3b", "#e58a8a"),
)  # fmt: skip
DASHES = ("none", "9 4", "3 3", "12 3 3 3", "6 2", "2 4", "14 5")
MARKS = (
    (1, "1 s"), (3, "3 s"), (10, "10 s"), (30, "30 s"), (60, "1 min"), (180, "3 min"), (600, "10 min"), (1800, "30 min"),
    (7200, "2 h"),
)  # fmt: skip
LETTER = 6.6  # about the width of one, of 12 px

STYLE = """
.paper{fill:#fff;stroke:#d0d5dc}.ink{fill:#1c2430}.soft{fill:#56606e}.grid{stroke:#e3e7ec;stroke-width:1}
.axis{stroke:#8a94a2;stroke-width:1}.sla{stroke:#8a94a2;stroke-width:1.2;stroke-dasharray:2 3}
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}.title{font-size:17px;font-weight:600}.b{font-weight:600}
.line{fill:none;stroke-width:2.2;stroke-linejoin:round}.band{opacity:.18}.whisker{stroke-width:2.2}
"""
DARK = ".paper{fill:#12171f;stroke:#2c3542}.ink{fill:#eef2f7}.soft{fill:#a4afbd}.grid{stroke:#252d38}.axis,.sla{stroke:#6d7886}"


def picture(c: Comparison) -> str:
    """The SVG document. Every name in it is escaped."""
    top = TOP + 22 * _legend_rows(c.results)
    rows_at = top + CHART + 92
    height = rows_at + ROW * len(c.results) + 56
    last = _furthest(c.results)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        f'aria-labelledby="title about"><title id="title">{escape("Waits by policy")}</title>'
        f'<desc id="about">{escape(_said(c))}</desc><style>{STYLE}{_colours(len(c.results))}</style>',
        f'<rect class="paper" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="10"/>',
        _text(LEFT, 38, "How long customers wait, by policy", "ink title"),
        _text(LEFT, 60, f"{c.period}; {max((r.came for r in c.results), default=0):,} conversations", "soft"),
        *_legend(c.results),
        *_frame(top, last, c),
    ]
    for n, result in enumerate(c.results):
        parts += _curve(n, result, top, last, _highest(c.results))
    parts += _p95(c.results, rows_at)
    parts.append(_text(LEFT, height - 18, f"Bands and whiskers: {c.method}.", "soft"))
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def _said(c: Comparison) -> str:
    each = [f"{r.label}: P95 {amount(e.value, 's')} s" for r in c.results if (e := r.figures["p95_wait"]) is not None]
    return f"{c.period}. " + "; ".join(each) + "."


def _colours(count: int) -> str:
    light = "".join(_colour(n, COLOURS[n % len(COLOURS)][0]) for n in range(count))
    dark = "".join(_colour(n, COLOURS[n % len(COLOURS)][1]) for n in range(count))
    return f"{light}@media (prefers-color-scheme: dark){{{DARK}{dark}}}"


def _colour(n: int, colour: str) -> str:
    return f".s{n}{{stroke:{colour}}}.f{n}{{fill:{colour}}}"


def _text(x: float, y: float, words: str, style: str, anchor: str = "start") -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


# -- the legend --------------------------------------------------------------------------------------------------------------------


def _places(results: Sequence[Result]) -> list[tuple[float, int]]:
    """Where each label begins, and in which row, so that none runs over the edge."""
    x, row, places = float(LEFT), 0, []
    for r in results:
        width = 46 + LETTER * len(_caption(r))
        if x + width > RIGHT and x > LEFT:
            x, row = float(LEFT), row + 1
        places.append((x, row))
        x += width + 14
    return places


def _legend_rows(results: Sequence[Result]) -> int:
    return _places(results)[-1][1] if results else 0


def _caption(r: Result) -> str:
    mean = r.figures["mean_wait"]
    return r.label if mean is None else f"{r.label} (mean {amount(mean.value, 's')} s)"


def _legend(results: Sequence[Result]) -> list[str]:
    parts = []
    for n, (r, (x, row)) in enumerate(zip(results, _places(results), strict=True)):
        y = 84 + 22 * row
        ends = f'x1="{x:.1f}" y1="{y - 4}" x2="{x + 34:.1f}" y2="{y - 4}"'
        parts.append(f'<line class="line s{n}" stroke-dasharray="{DASHES[n % 7]}" {ends}/>')
        parts.append(_text(x + 42, y, _caption(r), "ink"))
    return parts


# -- the curves --------------------------------------------------------------------------------------------------------------------


def _furthest(results: Sequence[Result]) -> float:
    """The axis ends where less than one in a thousand waits on, at 10 s at least."""
    far = [s for r in results for s, e in zip(CURVE, r.curve, strict=True) if e.value > 0.001]
    return max([10.0, *far]) * 1.2


def _highest(results: Sequence[Result]) -> float:
    """The axis ends at the next 5 % above the largest share."""
    most = max([0.01, *(e.high or e.value for r in results for e in r.curve)])
    return min(1.0, (int(most * 20) + 1) / 20)


def _x(seconds: float, last: float) -> float:
    return LEFT + (RIGHT - LEFT) * log10(max(1.0, seconds)) / log10(last)


def _frame(top: float, last: float, c: Comparison) -> list[str]:
    bottom, highest = top + CHART, _highest(c.results)
    parts = []
    for n in range(6):
        y, share = bottom - CHART * n / 5, highest * n / 5
        parts.append(f'<line class="{"axis" if n == 0 else "grid"}" x1="{LEFT}" y1="{y:.1f}" x2="{RIGHT}" y2="{y:.1f}"/>')
        parts.append(_text(LEFT - 8, y + 4, f"{100 * share:.3g}%", "soft", "end"))
    for seconds, name in MARKS:
        if seconds <= last:
            x = _x(seconds, last)
            parts.append(f'<line class="grid" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"/>')
            parts.append(_text(x, bottom + 18, name, "soft", "middle"))
    if 1 <= c.sla <= last:
        x = _x(c.sla, last)
        parts.append(f'<line class="sla" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(_text(x + 5, top + 12, f"SLA {c.sla:g} s", "soft"))
    middle = top + CHART / 2
    parts.append(_text((LEFT + RIGHT) / 2, bottom + 40, "time waited (logarithmic)", "soft", "middle"))
    upright = f'transform="translate(22 {middle:.1f}) rotate(-90)" text-anchor="middle"'
    parts.append(f'<text class="soft" {upright}>customers who waited longer</text>')
    return parts


def _curve(n: int, r: Result, top: float, last: float, highest: float) -> list[str]:
    bottom = top + CHART
    points = [(_x(s, last), e) for s, e in zip(CURVE, r.curve, strict=True) if s <= last]

    def y(share: float) -> float:
        return bottom - CHART * min(share, highest) / highest

    parts = []
    if all(e.low is not None for _, e in points):
        above = [f"{x:.1f},{y(e.high or 0.0):.1f}" for x, e in points]
        below = [f"{x:.1f},{y(e.low or 0.0):.1f}" for x, e in reversed(points)]
        parts.append(f'<polygon class="band f{n}" points="{" ".join(above + below)}"/>')
    line = " ".join(f"{x:.1f},{y(e.value):.1f}" for x, e in points)
    parts.append(f'<polyline class="line s{n}" stroke-dasharray="{DASHES[n % 7]}" points="{line}"/>')
    return parts


# -- P95 ---------------------------------------------------------------------------------------------------------------------------


def _p95(results: Sequence[Result], top: float) -> list[str]:
    """A dot and a whisker a policy, on an axis from nothing."""
    name_ends = LEFT + min(260.0, max((LETTER * len(r.label) for r in results), default=0.0)) + 12
    found = [e for r in results if (e := r.figures["p95_wait"]) is not None]
    most = max([1.0, *(e.high or e.value for e in found)])
    right = RIGHT - 150.0
    parts = [_text(LEFT, top - 10, f"P95: one in twenty waited longer (seconds, {LEVEL:.0%} interval)", "ink b")]
    for n, r in enumerate(results):
        y, e = top + ROW * n + 18, r.figures["p95_wait"]
        parts.append(_text(LEFT, y + 4, r.label if len(r.label) <= 38 else r.label[:37] + "…", "ink"))
        parts.append(f'<line class="grid" x1="{name_ends:.1f}" y1="{y:.1f}" x2="{right:.1f}" y2="{y:.1f}"/>')
        if e is None:
            parts.append(_text(name_ends + 8, y + 4, "nobody came", "soft"))
            continue
        at = [name_ends + (right - name_ends) * (v or 0.0) / most for v in (e.low, e.value, e.high)]
        if e.low is not None and e.high is not None:
            parts.append(f'<line class="whisker s{n}" x1="{at[0]:.1f}" y1="{y:.1f}" x2="{at[2]:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<circle class="f{n}" cx="{at[1]:.1f}" cy="{y:.1f}" r="5.5"/>')
        words = amount(e.value, MEANINGS["p95_wait"].unit)
        if e.low is not None and e.high is not None:
            words += f" [{amount(e.low, 's')}, {amount(e.high, 's')}]"
        parts.append(_text(right + 12, y + 4, words, "ink"))
    return parts
