"""What follows a commit that was handed on. Nothing that is wrong with rules may hold up the stream behind it for ever."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

from switchboard.application.automation import Applied
from switchboard.application.fanout import StoredCommit
from switchboard.application.rule_book import RULES_LEDGER
from switchboard.bootstrap import Services
from switchboard.domain.audit.commit import Commit
from switchboard.domain.errors import Race, StorageUnavailable, SwitchboardError
from switchboard.entry import streams
from switchboard.entry.telemetry import count, failed, logger


def hand_on(services: Services, event: Mapping[str, Any]) -> int:
    """Process a batch of the ledger's stream; returns how many commits were handed on. It is archived meanwhile, also where handing
    on fails. Where it cannot be archived, it is marked for later (`archive_repair`), and nobody waits for it."""
    services.on_lost_facts = lambda records: count("FactsLost", records)
    services.on_rules_trouble = _told_of
    reader = replace(services.outbox_reader, rules=partial(follow, services))
    archive = replace(services.archive, refused=refused, failed=_unarchived)
    with ThreadPoolExecutor(1) as pool:
        kept = pool.submit(lambda: archive.keep_or_mark(streams.audit_commits(event)))
        try:
            done = reader.advance(streams.commits(event))
        finally:
            kept.result()
    return done


def _unarchived(error: Exception) -> None:
    count("ArchiveFailed")
    failed("a batch was not archived; it is marked, and will be from the ledger", error)


def refused(commit: Commit) -> None:
    """Tell of a commit of which no record can be made."""
    count("ArchiveRefused")
    logger.error("a commit cannot be archived", extra={"ledger": commit.ledger, "no": commit.no})


def follow(services: Services, commit: StoredCommit) -> None:
    """Let the rules act on a commit. What will pass is raised, so that the commit comes again; anything else is passed over."""
    if commit.ledger == RULES_LEDGER:
        services.forget_rules()
    try:
        applied = services.automation.after(commit)
    except (StorageUnavailable, Race):
        raise
    except Exception as error:
        count("RulesPassedOver", error=type(error).__name__)
        failed("rules were passed over", error, ledger=commit.ledger, commit=commit.no)
        return
    for one in applied:
        if one.rules or one.undone:
            _report(commit, one)


def _report(commit: StoredCommit, applied: Applied) -> None:
    undone = [{"rule": u.rule, "why": u.why.value} for u in applied.undone]
    logger.info("rules", extra={
        "ledger": commit.ledger, "no": applied.trigger.no, "fired": list(applied.rules), "events": applied.events, "undone": undone,
    })  # fmt: skip


def _told_of(error: SwitchboardError) -> None:
    count("RulesPassedOver", error=type(error).__name__)
    logger.warning("rules were passed over", extra={"code": error.code, "reason": str(error)})
