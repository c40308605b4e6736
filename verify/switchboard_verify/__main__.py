"""`python -m switchboard_verify DIR --key public.pem`: is the record whole? Exits 0 if so, 1 if not, 2 if it cannot be told."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from switchboard_verify import certificates
from switchboard_verify.verify import Excerpt, Known, Report, verify

SHOWN = 100  # lines of a kind on a screen; --json has them all


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0] == "certificate":
        return certificates.main(given[1:])
    asked = _asked(arguments)
    for stream in (sys.stdout, sys.stderr):  # a forged name may hold what cannot be printed
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    began = time.monotonic()
    try:
        keys = [path for place in asked.key for path in _pems(place)]
        report = verify(asked.folder, _different(keys), asked.as_of, jobs=asked.jobs, known=asked.known, excerpt=asked.excerpt)
    except Exception as error:  # a program that asks this must be told that there is no answer
        print(f"It cannot be told: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    took = time.monotonic() - began
    print(json.dumps(_plain(report, took), ensure_ascii=False, indent=2) if asked.json else "\n".join(_lines(report, took)))
    return 0 if report.whole else 1


def _pems(place: Path) -> list[Path]:
    """A key's file; of a folder, those in it in the order of their names, which is that of their use."""
    return sorted(place.glob("*.pem")) if place.is_dir() else [place]


def _different(files: Sequence[Path]) -> list[bytes]:
    return list(dict.fromkeys(file.read_bytes().strip() + b"\n" for file in files))


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="switchboard_verify", description="Checks a copy of Switchboard's audit bucket.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the copy, as `aws s3 sync` leaves it; older versions, where there "
                        "are any, under KEY.versions/ID")  # fmt: skip
    parser.add_argument("--key", "--keys", type=Path, action="append", required=True, metavar="PEM", help="the signing key's public "
                        "half; more than one where it was changed, the oldest first; or a folder of them")  # fmt: skip
    parser.add_argument("--as-of", type=_time, default=datetime.now(UTC), help="when the copy was made (ISO 8601); default: now")
    parser.add_argument("--known", type=_known, action="append", default=[], metavar="NUMBER:SHA256",
                        help="a root as an earlier check has named it")  # fmt: skip
    parser.add_argument("--excerpt", type=_excerpt, metavar="FIRST-LAST", help="the copy holds these roots alone, and the files they "
                        "name: what was exported")  # fmt: skip
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes; default: one a processor")
    parser.add_argument("--json", action="store_true", help="the report for programs")
    return parser.parse_args(arguments)


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _excerpt(text: str) -> Excerpt:
    found = re.fullmatch(r"([1-9][0-9]{0,9})-([1-9][0-9]{0,9})", text)
    if found is None or int(found[1]) > int(found[2]):
        raise argparse.ArgumentTypeError("must be FIRST-LAST, numbers of roots")
    return Excerpt(int(found[1]), int(found[2]))


def _known(text: str) -> Known:
    number, _, digest = text.partition(":")
    if re.fullmatch(r"[0-9a-f]{64}", digest) is None or not number.isdecimal():
        raise argparse.ArgumentTypeError("must be NUMBER:SHA256")
    return Known(int(number), digest)


def _lines(report: Report, took: float) -> list[str]:
    lines = [
        f"{report.roots} roots, {report.anchored['files']} files, {report.anchored['commits']} commits in {report.ledgers} ledgers, "
        f"{report.events} events in {took:.1f} s ({report.events / max(took, 1e-9):,.0f} a second)"
    ]
    if report.last is not None:
        lines.append(f"The last root is {report.last.number} of {report.last_at:%Y-%m-%d %H:%M:%S} UTC. To hold on to it: "
                     f"--known {report.last.number}:{report.last.digest}")  # fmt: skip
    lines += [f"Note: {_printable(note)}" for note in report.notes[:SHOWN]]
    waiting = [f"{w.place}: {w.commits} commits" for w in report.waiting]
    lines += _part("Not yet anchored (no fault; a later root will prove it)", waiting)
    lines += _part("FAULTS", [f"{f.place}: {f.what}" for f in report.faults])
    lines.append("Nothing is wrong with what is anchored." if report.whole else f"{len(report.faults)} faults.")
    return lines


def _part(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    more = [f"  ... and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [f"{title}: {len(lines)}", *(f"  {_printable(line)}" for line in lines[:SHOWN]), *more]


def _printable(line: str) -> str:
    """A forged name must not command the screen."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


def _plain(report: Report, took: float) -> dict[str, object]:
    return {
        "whole": report.whole,
        "faults": [f._asdict() for f in report.faults],
        "not_yet_anchored": [w._asdict() for w in report.waiting],
        "notes": report.notes,
        "anchored": report.anchored,
        "roots": report.roots,
        "ledgers": report.ledgers,
        "events": report.events,
        "seconds": round(took, 3),
        "last_root": report.last._asdict() if report.last else None,
        "last_root_at": report.last_at.isoformat() if report.last_at else None,
    }


if __name__ == "__main__":
    sys.exit(main())
