"""What a company's own system is told by a webhook: a JSON text of facts that say nothing about a person.

The words of messages and everything from the contact's profile (tier, region and vip too) stay here; who needs them asks the API,
which knows who may read what. The outer form is that of the Standard Webhooks specification: type, timestamp, data."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from switchboard.domain.rules.decisions import Trigger
from switchboard.domain.rules.facts import Facts

TYPE = "rule.fired"


def body(rule: str, version: int, event: Trigger, at: datetime, facts: Facts) -> str:
    """`at` is when the event happened."""
    told = {
        "type": TYPE,
        "timestamp": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {
            "rule": rule,
            "rules_version": version,
            "event": {"type": event.type, "no": event.no},
            "conversation": event.ledger.partition("#")[2],
            "facts": {
                "channel": facts.channel, "account": facts.account, "language": facts.language, "intent": facts.intent,
                "queue": facts.queue, "status": facts.status, "owner": facts.owner, "author": facts.author,
                "priority": facts.priority, "waiting_seconds": facts.waiting_seconds, "tags": sorted(facts.tags),
                "business_hours_open": facts.business_hours_open,
            },
        },
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
