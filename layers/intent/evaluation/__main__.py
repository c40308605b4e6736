"""Judges the built intent model by labelled messages, as production would answer them.

    python -m layers.intent.evaluation [DATA ...] [--report FILE] [--figures]

DATA: JSON Lines files, or folders of them; by default the project's held-out messages, tests/data/intent. Each line holds
text, lang, intent and sentiment. With --figures it also prints the figures that have a target, and exits 1 if one is short."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "layers/core/python")]


def main() -> int:
    """Returns 0; 1 with the reason on standard error, or where a figure is short."""
    parser = argparse.ArgumentParser(prog="python -m layers.intent.evaluation", description="Judge the built intent model.")
    parser.add_argument("data", nargs="*", type=Path, help="JSON Lines files, or folders of them")
    parser.add_argument("--report", type=Path, help="file that the report is written to, as JSON")
    parser.add_argument("--figures", action="store_true", help="judge the report by the targets")
    arguments = parser.parse_args()
    # imported late: the path above must stand first
    from layers.intent.builder.taxonomy import TaxonomyError, read_taxonomy
    from switchboard.adapters.onnx.classifier import OnnxIntentModel
    from switchboard.adapters.onnx.location import ModelNotFound

    from .judgement import classify, report_on
    from .messages import MessagesError, read_messages
    from .printing import figure_lines, tables

    try:
        taxonomy = read_taxonomy(CHECKOUT / "layers/intent/intents.yaml")
        messages = read_messages(arguments.data or [CHECKOUT / "tests/data/intent"], taxonomy)
        report = report_on(classify(OnnxIntentModel(threads=1), messages))
        if arguments.report:
            arguments.report.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", "utf-8")
    except (MessagesError, ModelNotFound, TaxonomyError, OSError) as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 1
    print(*tables(report), sep="\n")
    if not arguments.figures:
        return 0
    lines = figure_lines(report)
    print(*lines, sep="\n")
    return 1 if any(line.endswith("short") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
