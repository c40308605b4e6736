"""The desk's REST API for auditors: search, verify, take away. Each call is on the auditor's own access ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from switchboard.application import views
from switchboard.domain.audit.query import Query
from switchboard.domain.errors import Malformed, NotFound, TooLarge
from switchboard.entry.calls import Call

DAY = timedelta(days=1)
MOST = timedelta(days=3_660)
LONGEST, NAMES = 160, 20  # characters of what is looked for; how many names at once
SEARCHED = frozenset({"from", "to", "actor", "action", "resource", "person", "error", "read_only", "cursor"})
VERIFIED = frozenset({"from", "to", "cursor"})


def _recorded(c: Call, name: str, resource: str, read: Callable[[], Any]) -> Any:
    return c.services.access.recorded(c.actor, name, resource[:240], read)


def _search(c: Call) -> Any:
    said = "&".join(f"{k}={v[:60]}" for k, v in sorted(c.query.items()) if k in SEARCHED and k != "cursor")

    def read() -> Any:
        _known(c.query, SEARCHED)
        since, until = _period(c.query, c.services.clock.now())
        read_only = {"": None, "true": True, "false": False}.get(_text(c, "read_only"), "")
        if isinstance(read_only, str):
            raise Malformed("'read_only' is true or false")
        query = Query(since, until, _text(c, "actor"), _text(c, "action"), _about(c), _text(c, "error"), read_only)
        found = c.services.audit_search.find(query, c.query.get("cursor", "")[:400])
        return {
            "records": found.records, "next": found.next or None, "files": found.files, "through": views.plain(found.through),
            "unreadable": views.plain(found.unreadable),
        }  # fmt: skip

    return _recorded(c, "SearchAudit", f"audit#{said}", read)


def _about(c: Call) -> frozenset[str]:
    """The names asked for; of a person, those of all their conversations besides."""
    names = [n for n in c.query.get("resource", "").split(",") if n]
    if len(names) > NAMES or any(len(n) > LONGEST for n in names):
        raise TooLarge(f"'resource': at most {NAMES} names of {LONGEST} characters, with commas between")
    if person := _text(c, "person"):
        names.append(person)
        with suppress(NotFound):  # who is not known any more may be on record all the same
            names += [x.id for x in c.services.access.history(person)]
    return frozenset(names)


def _verify(c: Call) -> Any:
    since, until = (c.query.get(name, "")[:40] for name in ("from", "to"))

    def read() -> Any:
        _known(c.query, VERIFIED)
        found = c.services.audit_verification.verify(*_period(c.query, c.services.clock.now()), c.number("cursor"))
        return {
            "whole": found.whole, "findings": views.plain(found.findings), "more_findings": found.more,
            "next": str(found.next) if found.next else None,
            "checked": {
                "roots": {"first": found.first, "last": found.last, "from": views.plain(found.since), "to": views.plain(found.until)},
                "files": found.files, "commits": found.commits, "events": found.events, "waiting": found.waiting,
                "ledgers_compared_with_table": found.compared,
            },
        }  # fmt: skip

    return _recorded(c, "VerifyAudit", f"audit#{since}..{until}", read)


def _export(c: Call) -> Any:
    since, until = (str(c.body.get(name, ""))[:40] for name in ("from", "to"))

    def read() -> Any:
        _known(c.body, frozenset({"from", "to"}))
        given = {name: c.text(name) for name in c.body}
        return _manifest(c.services.audit_export.begin(*_period(given, c.services.clock.now())))

    return _recorded(c, "ExportAudit", f"audit#{since}..{until}", read)


def _export_page(c: Call) -> Any:
    id_ = c.path["id"][:40]
    return _recorded(
        c, "ExportAudit", f"audit#roots {id_}",
        lambda: _manifest(c.services.audit_export.page(id_, c.query.get("after", "")[:40])),
    )  # fmt: skip


def _manifest(m: Any) -> Any:
    shown = {"id": m.id, "roots": {"first": m.first, "last": m.last}, "verify": m.command, "link_seconds": m.link_seconds}
    return {**shown, "files": list(m.files), "next": m.next or None}


# -- arguments ---------------------------------------------------------------------------------------


def _known(given: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(set(given) - known):
        raise Malformed(f"{unknown[0][:40]!r} is not known; known are {', '.join(sorted(known))}")


def _text(c: Call, name: str) -> str:
    value = c.query.get(name, "")
    if len(value) > LONGEST:
        raise TooLarge(f"{name!r}: at most {LONGEST} characters")
    return value


def _period(given: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """From `from` (a day ago if it is not said) to `to` (now)."""
    until = _time(given["to"], "to") if given.get("to") else now
    since = _time(given["from"], "from") if given.get("from") else until - DAY
    if not timedelta(0) < until - since <= MOST:
        raise Malformed("'from' lies before 'to', by ten years at most")
    return since, until


def _time(text: str, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign in an address is a blank
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        at = at.astimezone(UTC)
        if not 2000 <= at.year < 2900:
            raise ValueError
    except (ValueError, OverflowError):
        raise Malformed(f"{name!r} is a time by ISO 8601, of UTC where it names no offset") from None
    return at


ROUTES: Mapping[tuple[str, str], Callable[[Call], Any]] = {
    ("GET", "/v1/audit/search"): _search,
    ("GET", "/v1/audit/verify"): _verify,
    ("POST", "/v1/audit/exports"): _export,
    ("GET", "/v1/audit/exports/{id}"): _export_page,
}
