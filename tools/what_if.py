"""`python -m tools.what_if`: what if another policy had routed last month? On the ledger's traffic, or on a made-up one.

    python -m tools.what_if --synthetic 30 --conversations 100000 --seed 7 --policy index --against least_load --out what-if.svg
    python -m tools.what_if --ledger --from 2026-10-01 --to 2026-10-31 --policy index:relax=20,vip=4 --against least_load

The ledger's stack is named by the environment: SWITCHBOARD_LEDGER_TABLE, and AWS's own variables for region and credentials; the
caller needs dynamodb:Scan on that table and no keys. Prints a table; --out writes the picture, --json the figures. More stands in
docs/what-if.md."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import NoReturn

from switchboard.adapters.planning.prices import solve
from switchboard.application.fanout import StoredCommit
from switchboard.application.what_if import Question, Run, Stretch, WhatIf, in_turn
from switchboard.domain.errors import SwitchboardError
from switchboard.domain.whatif.comparison import Comparison
from switchboard.domain.whatif.picture import picture
from switchboard.domain.whatif.policies import PLAN_EVERY, STRATEGIES, Policy
from switchboard.domain.whatif.synthetic import LOAD, MadeUp
from switchboard.domain.whatif.table import table
from switchboard.domain.whatif.traffic import Seen


class Progress:
    """One line on stderr, rewritten; nothing where stderr is no terminal but every tenth second."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._said = 0.0
        self._line = False

    def __call__(self, words: str, *, now: bool = False) -> None:
        at = time.monotonic()
        terminal = sys.stderr.isatty()
        if not now and at - self._said < (0.2 if terminal else 10.0):
            return
        self._said, self._line = at, terminal
        text = f"{at - self._began:5.1f} s  {words}"
        print(f"\r\x1b[K{text}" if terminal else text, end="" if terminal else "\n", file=sys.stderr, flush=True)

    def done(self) -> None:
        if self._line:
            print(file=sys.stderr)


def on_cores(processes: int, progress: Progress) -> Run:
    """Plays stretches in processes of their own, as many at a time as that."""

    def run(play: Callable[[Stretch], list[Seen]], stretches: Sequence[Stretch]) -> Iterator[list[Seen]]:
        with get_context("spawn").Pool(min(processes, len(stretches))) as pool:
            for number, became in enumerate(pool.imap(play, stretches), 1):
                progress(f"played {number} of {len(stretches)} stretches", now=True)
                yield became

    def alone(play: Callable[[Stretch], list[Seen]], stretches: Sequence[Stretch]) -> Iterator[list[Seen]]:
        for number, became in enumerate(in_turn(play, stretches), 1):
            progress(f"played {number} of {len(stretches)} stretches", now=True)
            yield became

    return run if processes > 1 else alone


class _NoPast:
    def commits(self, since: datetime, until: datetime) -> Iterator[StoredCommit]:  # noqa: ARG002 - the port's form
        raise AssertionError("made-up traffic reads no ledger")


def compare(options: argparse.Namespace, progress: Progress) -> Comparison:
    """As the options ask. Raises SwitchboardError, ValueError."""
    policies = [policy_of(text) for text in [*options.policy, options.against]]
    question = Question(tuple(policies), options.sla, options.wage, options.seed, options.plan_every)
    run = on_cores(options.processes, progress)
    if options.synthetic is not None:
        wanted = MadeUp(options.synthetic, options.conversations, options.seed, options.load)
        progress("making the traffic up", now=True)
        return WhatIf(_NoPast(), solve, run).made_up(wanted, question)
    # What speaks to AWS is loaded where it is needed: each of the processes that play loads this module too.
    from switchboard.adapters.dynamo.past import DynamoPast
    from switchboard.bootstrap import Services
    from switchboard.settings import Settings

    settings = Settings.parse(dict(os.environ))
    if not settings.ledger_table:
        raise ValueError("SWITCHBOARD_LEDGER_TABLE does not say which ledger; it is an output of the stack (LedgerTable)")
    read = 0

    def on_page(commits: int) -> None:
        nonlocal read
        read += commits
        progress(f"read {read:,} commits")

    past = DynamoPast(Services(settings).client("dynamodb"), settings.ledger_table, on_page=on_page)
    start = datetime(options.start.year, options.start.month, options.start.day, tzinfo=UTC) - options.offset
    return WhatIf(past, solve, run).replayed(start, (options.end - options.start).days + 1, question)


def policy_of(text: str) -> Policy:
    """"STRATEGY" or "STRATEGY:weight=number,weight=number". The whole text is its label. Raises Malformed, ValueError."""
    name, _, rest = text.partition(":")
    weights: dict[str, float] = {}
    for part in rest.split(",") if rest else ():
        key, equals, number = part.partition("=")
        try:
            weights[key.strip()] = float(number)
        except ValueError:
            raise ValueError(f"{part!r} in {text!r} is not of the form weight=number") from None
        if not equals:
            raise ValueError(f"{part!r} in {text!r} is not of the form weight=number")
    return Policy(text, name.strip(), weights)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _offset(text: str) -> timedelta:
    sign = -1 if text.startswith("-") else 1
    hours, _, minutes = text.lstrip("+-").partition(":")
    found = sign * timedelta(hours=int(hours), minutes=int(minutes or 0))
    if abs(found) > timedelta(hours=14):
        raise ValueError(text)
    return found


def parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    p = argparse.ArgumentParser(prog="python -m tools.what_if", description=__doc__, formatter_class=raw)
    source = p.add_mutually_exclusive_group(required=True)
    source.add_argument("--synthetic", type=int, metavar="DAYS", help="a made-up centre and so many days of it")
    source.add_argument("--ledger", action="store_true", help="the traffic of the ledger of a stack")
    p.add_argument("--conversations", type=int, default=None, help="of the made-up days together (default 3,000 a day)")
    p.add_argument("--load", type=float, default=LOAD, help="of the made-up centre (default %(default)s)")
    p.add_argument("--from", dest="start", type=_day, metavar="DATE", help="first day of the period, YYYY-MM-DD")
    p.add_argument("--to", dest="end", type=_day, metavar="DATE", help="last day, itself counted")
    p.add_argument("--utc-offset", dest="offset", type=_offset, default=timedelta(), metavar="+HH:MM", help="of the days' midnights")
    p.add_argument("--policy", action="append", metavar="NAME[:W=N,..]", help=f"may be given several times: {', '.join(STRATEGIES)}")
    p.add_argument("--against", default="least_load", metavar="NAME[:W=N,..]", help="what the others are compared with")
    p.add_argument("--sla", type=float, default=30.0, help="seconds within which an answer is in time (default %(default)s)")
    p.add_argument("--wage", type=float, default=25.0, help="of an agent's hour (default %(default)s)")
    p.add_argument("--seed", type=int, default=1, help="of all that is drawn (default %(default)s)")
    p.add_argument("--plan-every", type=float, default=PLAN_EVERY, help="seconds between plans (default %(default)s, as the router's)")
    p.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="at a time (default %(default)s)")
    p.add_argument("--out", type=Path, metavar="FILE.svg", help="where to write the picture")
    p.add_argument("--json", type=Path, metavar="FILE", help="where to write the figures")
    return p


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Parsed and checked; leaves with code 2 and a reason otherwise."""
    p = parser()
    options = p.parse_args(arguments)
    options.policy = options.policy or ["index"]

    def refuse(why: str) -> NoReturn:
        p.error(why)

    if options.ledger:
        if options.start is None or options.end is None:
            refuse("--ledger needs --from and --to")
        if options.end < options.start:
            refuse("--to lies before --from")
    elif options.conversations is None:
        options.conversations = 3000 * options.synthetic
    if options.processes < 1:
        refuse("--processes must be at least 1")
    for path in (options.out, options.json):
        if path is not None and not path.resolve().parent.is_dir():
            refuse(f"there is no folder {path.parent}")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    options, progress = options_of(arguments), Progress()
    try:
        found = compare(options, progress)
    except (SwitchboardError, ValueError) as error:
        progress.done()
        print(f"what_if: {error}", file=sys.stderr)
        return 2
    progress.done()
    print(table(found))
    if options.out is not None:
        options.out.write_text(picture(found), encoding="utf-8")
    if options.json is not None:
        options.json.write_text(json.dumps(found.as_dict(), indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
