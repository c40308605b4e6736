"""Who read and revealed what in a period, and whom it concerns: what the notice of a breach asks for (GDPR 33(3), within 72 hours).

    python -m tools.breach_pack COPY --from 2026-11-20T00:00:00Z --to 2026-11-23T00:00:00Z [--person mia] [--by NAME] [--json]

COPY is a copy of the audit bucket (docs/audit.md; verify it first), so this needs nothing of the running stack and works when that is
lost. It holds ids and no names. Countries are sealed with the profiles: with --by they are looked up in the stack that the
SWITCHBOARD_* variables name, and that NAME did so is on their access ledger; without, they are unknown."""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from switchboard.domain.errors import Erased, NotFound, SwitchboardError
from switchboard.domain.retention.regions import EU, places_of
from tools.catalogue import SEALED, read

UNKNOWN, GONE = "unknown", "erased since"
CONVERSATION = re.compile(r"\b(c[A-Za-z0-9]+)-\d{6}\b")
CONTACT = re.compile(r"^c[A-Za-z0-9]+$")
ACCESS, REVEALED, OPENED = "access_recorded", "personal_data_revealed", "conversation_opened"


@dataclass(slots=True)
class Person:
    """What one account did."""

    reads: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    revealed: Counter[str] = field(default_factory=Counter)  # by kind of personal data
    contacts: set[str] = field(default_factory=set)
    first: str = ""
    last: str = ""


@dataclass(slots=True)
class Pack:
    people: dict[str, Person] = field(default_factory=lambda: defaultdict(Person))
    contacts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # contact -> who touched it
    channels: Counter[str] = field(default_factory=Counter)  # contacts touched, by channel
    countries: Counter[str] = field(default_factory=Counter)  # the same, by country
    categories: Counter[str] = field(default_factory=Counter)  # the same, by what was stored of them then
    stored: Counter[str] = field(default_factory=Counter)  # records that hold such data of them
    lists: int = 0  # reads of lists, which name no contact: any of those listed may have been seen
    records: int = 0


def records(copy: Path) -> Iterator[Mapping[str, Any]]:
    """Every record once: a batch may be archived twice. Raises ValueError for a file that is none."""
    seen: set[str] = set()
    files = sorted((copy / "archive").rglob("*.json.gz"))
    if not files:
        raise ValueError(f"{copy} holds no archive; is it a copy of the audit bucket?")
    for file in files:
        try:
            found = json.loads(gzip.decompress(file.read_bytes()))["Records"]
        except (OSError, EOFError, ValueError, KeyError) as error:
            raise ValueError(f"{file} cannot be read ({type(error).__name__}); verify the copy") from error
        for record in found:
            if record["eventID"] not in seen:
                seen.add(record["eventID"])
                yield record


def categories() -> Mapping[str, frozenset[str]]:
    """What an event's record holds of a person, by its type: the purpose it was stored for, and whether it is personal or special."""
    found = read().section("events").values()
    return {r.name: frozenset(f"{r.activity}: {its}" for its in SEALED if r.of(its)) for r in found}


def pack(
    found: Iterable[Mapping[str, Any]], since: datetime, until: datetime, person: str = "",
    country: Callable[[str], str] = lambda _: UNKNOWN,
) -> Pack:  # fmt: skip
    """What people did from `since` up to and without `until`; channels are told by all records there are, what was stored of
    somebody by those up to `until`."""
    made, channel_of, kinds = Pack(), defaultdict[str, set[str]](set), categories()
    stored: dict[str, Counter[str]] = defaultdict(Counter)
    for record in found:
        at = datetime.fromisoformat(record["eventTime"])
        whose = contact_of(str(record["requestParameters"]["ledger"]))
        for event in record["requestParameters"]["events"]:
            if event["type"] == OPENED:
                channel_of[str(event["data"]["contact"])].add(str(event["data"]["channel"]))
            if whose and at < until:
                stored[whose].update(kinds.get(event["type"], ()))
        if since <= at < until and record["userIdentity"]["type"] == "WebIdentityUser":
            _take(made, record, person)
    for contact in made.contacts:
        made.channels.update(channel_of.get(contact, {UNKNOWN}))
        made.countries[country(contact)] += 1
        made.categories.update({*stored[contact]})
        made.stored.update(stored[contact])
    return made


def countries_of(by: str) -> Callable[[str], str]:
    """Looks countries up in the running stack; each look is on the access ledger of `by` before it is told."""
    from switchboard.bootstrap import services
    from switchboard.domain import events as ev

    made, actor = services(), ev.Actor(ev.ActorKind.AGENT, by, "administrator")

    def country(contact: str) -> str:
        try:
            state = made.access.recorded(actor, "BreachPack", contact, lambda: made.store.contact(contact))
            if state.contact.erased_at is not None:
                return GONE
            return next((p for p in places_of(state.contact.phone, state.contact.attributes) if len(p) == 2 and p != "eu"), UNKNOWN)
        except Erased:
            return GONE
        except NotFound:
            return UNKNOWN

    return country


def _take(made: Pack, record: Mapping[str, Any], person: str) -> None:
    who, ledger = str(record["userIdentity"]["userName"]), str(record["requestParameters"]["ledger"])
    if person and who != person:
        return
    made.records += 1
    for event in record["requestParameters"]["events"]:
        data, one = event["data"], made.people[who]
        one.first, one.last = one.first or record["eventTime"], record["eventTime"]
        if event["type"] == ACCESS:
            resource, name = str(data.get("resource", "")), str(data["name"])
            if data.get("error"):
                one.refused[name] += 1
                continue
            one.reads[name] += 1
            touched = contact_of(resource)
            made.lists += not touched
        elif event["type"] == REVEALED:
            body = _body_of(record, event["no"])
            one.revealed.update([str(kind) for kind in body.get("kinds", ())] or ["no known kind"])
            touched = contact_of(ledger)
        else:
            touched = contact_of(ledger)
        if touched:
            one.contacts.add(touched)
            made.contacts[touched].add(who)


def _body_of(record: Mapping[str, Any], no: int) -> Mapping[str, Any]:
    """A record's parameters leave lists out; the commit itself has them."""
    import base64

    stored = json.loads(base64.b64decode(record["additionalEventData"]["body"]))
    return next((e["data"] for e in stored["events"] if e["no"] == no), {})


def contact_of(resource: str) -> str:
    """Whose data a resource or ledger is, "" where it is a list or the company's."""
    if found := CONVERSATION.search(resource):
        return found[1]
    name = resource.removeprefix("cct#").split(" ")[0]
    return name if CONTACT.match(name) and "#" not in name else ""


def plain(made: Pack, since: datetime, until: datetime) -> dict[str, Any]:
    return {
        "from": since.isoformat(), "to": until.isoformat(), "records": made.records, "contacts_touched": len(made.contacts),
        "reads_of_lists": made.lists, "contacts_by_channel": dict(sorted(made.channels.items())),
        "contacts_by_country": dict(sorted(made.countries.items())),
        "contacts_in_the_eu": sum(number for name, number in made.countries.items() if name in EU),
        "contacts_by_category": dict(sorted(made.categories.items())), "records_by_category": dict(sorted(made.stored.items())),
        "people": {
            who: {
                "contacts": len(p.contacts), "first": p.first, "last": p.last, "reads": dict(p.reads), "refused": dict(p.refused),
                "revealed": dict(p.revealed),
            }
            for who, p in sorted(made.people.items(), key=lambda each: -len(each[1].contacts))
        },
        "contacts": {contact: sorted(by) for contact, by in sorted(made.contacts.items())},
    }  # fmt: skip


def summary(told: Mapping[str, Any]) -> str:
    """The notice's paragraph (33(3)(a)): numbers and kinds; what it means and what was done about it, people write."""
    kinds = sorted({kind for p in told["people"].values() for kind in p["revealed"]})
    channels = _counts(told["contacts_by_channel"])
    lines = [
        f"Between {told['from']} and {told['to']} the data of {told['contacts_touched']} customers were read or changed by "
        f"{len(told['people'])} accounts (by channel: {channels}).",
        f"Masked data shown on demand: {', '.join(kinds) or 'none'}. Reads of lists (no customer named): {told['reads_of_lists']}.",
        f"By country: {_counts(told['contacts_by_country'])}; in the EU: {told['contacts_in_the_eu']}.",
        "What was stored of them then (customers / records, by purpose and class):",
        *(f"  {name}: {number} / {told['records_by_category'][name]}" for name, number in told["contacts_by_category"].items()), "",
    ]  # fmt: skip
    for who, p in told["people"].items():
        lines.append(f"{who}: {p['contacts']} customers, {p['first']} to {p['last']}")
        for what in ("reads", "revealed", "refused"):
            lines += [f"  {what}: {', '.join(f'{name} {number}' for name, number in p[what].items())}"] if p[what] else []
    lines += ["", *(f"{contact}: {', '.join(by)}" for contact, by in told["contacts"].items())]
    return "\n".join(lines)


def _counts(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items()) or "none"


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.breach_pack", description="Who touched whose data in a period.")
    parser.add_argument("copy", type=Path)
    parser.add_argument("--from", dest="since", type=_time, required=True)
    parser.add_argument("--to", dest="until", type=_time, required=True)
    parser.add_argument("--person", default="")
    parser.add_argument("--by", default="", help="who looks the countries up in the running stack; without, they are unknown")
    parser.add_argument("--json", action="store_true")
    chosen, began = parser.parse_args(arguments), time.monotonic()
    try:
        country = countries_of(chosen.by) if chosen.by else lambda _: UNKNOWN
        made = pack(records(chosen.copy), chosen.since, chosen.until, chosen.person, country)
    except (ValueError, SwitchboardError) as error:
        print(error, file=sys.stderr)
        return 2
    told = plain(made, chosen.since, chosen.until) | {"seconds": round(time.monotonic() - began, 2)}
    print(json.dumps(told, indent=2) if chosen.json else f"{summary(told)}\n\nMade in {told['seconds']} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
