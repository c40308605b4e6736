"""How well personal data is found: `python -m tests.bench.privacy [DATA]`, a folder of `<lang>.jsonl` with lines
{"text", "lang", "spans": [[start, end, type], ..]}. A span counts where its ends and its type are right; what merely overlaps is
told beside it."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from switchboard.domain.privacy.detector import detect
from switchboard.domain.privacy.kinds import Kind

JUDGED = (Kind.CARD, Kind.IBAN, Kind.EMAIL, Kind.PHONE, Kind.CN_ID)
TARGET = 0.95
DEFAULT = Path(__file__).parents[1] / "data" / "pii"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--errors", action="store_true", help="show what was missed and what was made up")
    parser.add_argument("--no-language", action="store_true", help="do not tell the detector which language it is")
    args = parser.parse_args()
    files = sorted(args.data.glob("*.jsonl"))
    if not files:
        print(f"no <lang>.jsonl in {args.data}", file=sys.stderr)
        return 2
    right, wanted, given, near = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[str]()
    messages = 0
    for file in files:
        for line in filter(None, file.read_text("utf-8").splitlines()):
            row = json.loads(line)
            messages += 1
            text, lang = row["text"], row["lang"]
            truth = {(a, b, kind) for a, b, kind in row["spans"]}
            found = {(f.start, f.end, f.kind.value) for f in detect(text, "und" if args.no_language else lang)}
            for _, _, kind in truth:
                wanted[kind, lang] += 1
            for _, _, kind in found:
                given[kind, lang] += 1
            for _, _, kind in truth & found:
                right[kind, lang] += 1
            for a, b, kind in truth:
                near[kind] += any(kind == k and a < d and c < b for c, d, k in found)
            if args.errors and truth != found:
                missed, wrong = ([(text[a:b], k) for a, b, k in sorted(spans)] for spans in (truth - found, found - truth))
                print(lang, text, "| missed", missed, "| wrong", wrong)
    print(f"{messages} messages in {len(files)} languages\n")
    languages = sorted({lang for _, lang in wanted} | {lang for _, lang in given})
    for lang in languages:
        known = [(k.value, right[k, lang], given[k, lang], wanted[k, lang]) for k in Kind if wanted[k, lang] or given[k, lang]]
        shown = [f"{kind} {_share(hit, told)}/{_share(hit, there)}" for kind, hit, told, there in known]
        print(f"{lang}  precision/recall  " + "  ".join(shown))
    print()
    short = 0
    for kind in Kind:
        hit, told, there = (sum(n for (k, _), n in c.items() if k == kind.value) for c in (right, given, wanted))
        if kind not in JUDGED:
            print(f"{kind.value}: precision {_share(hit, told)} recall {_share(hit, there)} of {there}")
            continue
        for name, value in (("precision", hit / told if told else 0.0), ("recall", hit / there if there else 0.0)):
            fine = value >= TARGET
            short += not fine
            print(f"figure pii_{name}_{kind.value} {value:.3f} >={TARGET} {'ok' if fine else 'short'}")
        print(f"  {kind.value}: {there} spans, {near[kind.value]} of them at least touched")
    return 1 if short else 0


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"


if __name__ == "__main__":
    sys.exit(main())
