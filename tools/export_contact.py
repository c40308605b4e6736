"""All that is stored of a person, for them (GDPR 15, 20), as a file of JSON lines.

    python -m tools.export_contact CONTACT --to FILE --by NAME

Reads the stack that the SWITCHBOARD_* variables name. Who had it made is on the person's ledger and on NAME's access ledger. A file
that does not end with a line of the kind "end" is not whole."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from switchboard.application.subject_export import SubjectExport
from switchboard.bootstrap import Services, services
from switchboard.domain import events as ev
from switchboard.domain.errors import SwitchboardError


def export(made: Services, contact: str, path: str, by: str) -> int:
    """Write the file, readable by its owner alone; returns its lines. Nothing is left of one that failed."""
    actor = ev.Actor(ev.ActorKind.AGENT, by, "administrator")
    gathered = SubjectExport(made.store, made.deliveries, made.ids, made.clock)
    made.access.recorded(actor, "ExportContact", contact[:80], lambda: made.store.contact(contact))
    count = 0
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        try:
            for line in gathered.lines(actor, contact):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
        except BaseException:
            os.unlink(path)
            raise
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.export_contact", description="All that is stored of a person.")
    parser.add_argument("contact")
    parser.add_argument("--to", required=True, help="the file; it must not be there")
    parser.add_argument("--by", required=True, help="who has it made")
    chosen = parser.parse_args(arguments)
    try:
        print(f"{export(services(), chosen.contact, chosen.to, chosen.by)} lines in {chosen.to}")
    except (SwitchboardError, FileExistsError) as error:
        print(f"no export: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
