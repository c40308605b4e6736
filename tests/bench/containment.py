"""How many customers the bot serves by itself:
`python -m tests.bench.containment [--data FOLDER] [--show N] [--language xx] [--id xx-NN ..]`.

Plays the scripted customers of `tests/data/dialogue` (300 meant for the bot, 90 for a person) against the desk that
`tests.journeys.desk:open_desk` opens, and judges each conversation as `tests.journeys.judgement` says. Prints counts by language,
tag and intent, the ids of what did not end rightly by reason, and the figures. Texts, flows and thresholds are never tuned on these
customers, so conversations are printed only on `--show`, at most ten.

`--data` plays the customers of another folder, such as those for tuning, `tests/data/dialogue_dev`, by the same rules.
`--language` and `--id` play only a part, which proves no figure: none is printed then. Exits 1 if a figure is short, or, of a
part, if one customer was not served rightly."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import cast

from tests.journeys import report
from tests.journeys.judgement import Outcome
from tests.journeys.ports import Desk
from tests.journeys.scripts import read_journeys
from tests.journeys.shop import DIALOGUE, read_shop

DESK = "tests.journeys.desk"
SHOWN_MOST = 10
RIGHT = (Outcome.CONTAINED, Outcome.PERSON)


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.containment", description="Plays scripted customers against the bot.")
    parser.add_argument("--data", type=Path, default=DIALOGUE, metavar="FOLDER", help="with journeys/ and shop.yaml")
    parser.add_argument("--show", type=int, default=0, metavar="N", help=f"print up to N that failed, at most {SHOWN_MOST}")
    parser.add_argument("--language", default="", metavar="xx", help="only this language")
    parser.add_argument("--id", nargs="+", default=[], metavar="xx-NN", help="only these customers")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    wanted = arguments(given)
    shop = read_shop(wanted.data / "shop.yaml")
    every = read_journeys(shop, wanted.data / "journeys")
    journeys = [each for each in every if wanted.language in ("", each.language) and (not wanted.id or each.id in wanted.id)]
    if not journeys:
        print("no such customer", file=sys.stderr)
        return 2
    desk = cast(Desk, import_module(DESK).open_desk(wanted.data / "shop.yaml"))
    verdicts = report.play(journeys, desk, shop)
    print(report.tables(verdicts))
    print("\n" + report.reasons(verdicts))
    not_right = [each for each in verdicts if each.outcome not in RIGHT]
    for each in not_right[: max(0, min(wanted.show, SHOWN_MOST))]:
        print("\n" + report.transcript(each))
    if len(journeys) < len(every):
        return 1 if not_right else 0
    lines, met = report.figures(verdicts)
    print("\n" + "\n".join(lines))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
