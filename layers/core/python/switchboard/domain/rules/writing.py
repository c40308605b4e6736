"""Rule sets as JSON's types: `dump`, the inverse of `reading.parse`. Every field is written, defaults too."""

from __future__ import annotations

from typing import Any as Json

from switchboard.domain.rules.model import (
    FORMAT,
    Action,
    All,
    Any,
    Assign,
    Check,
    Condition,
    Not,
    Note,
    Reply,
    Resolve,
    Rule,
    RuleSet,
    SetPriority,
    Tag,
    Untag,
    Webhook,
)


def dump(ruleset: RuleSet) -> dict[str, Json]:
    """The document of a rule set."""
    return {
        "format": FORMAT, "version": ruleset.version, "reply_minutes": ruleset.reply_minutes,
        "rules": [_rule(rule) for rule in ruleset.rules],
    }  # fmt: skip


def _rule(rule: Rule) -> dict[str, Json]:
    return {
        "id": rule.id, "name": rule.name, "enabled": rule.enabled, "on": rule.on, "when": _condition(rule.when),
        "then": [dump_action(action) for action in rule.then], "stop": rule.stop,
    }  # fmt: skip


def _condition(condition: Condition) -> dict[str, Json]:
    match condition:
        case All(parts):
            return {"all": [_condition(part) for part in parts]}
        case Any(parts):
            return {"any": [_condition(part) for part in parts]}
        case Not(part):
            return {"not": _condition(part)}
        case Check(field, operator, value):
            return {"field": field, "operator": operator.value, "value": list(value) if isinstance(value, tuple) else value}


def dump_action(action: Action) -> dict[str, Json]:
    """One action, as its rule's `then` holds it."""
    match action:
        case Tag(tag):
            return {"action": "tag", "tag": tag}
        case Untag(tag):
            return {"action": "untag", "tag": tag}
        case SetPriority(priority):
            return {"action": "set_priority", "priority": priority}
        case Assign(target, id_):
            return {"action": "assign", target.value: id_}
        case Reply(texts, fallback):
            return {"action": "reply", "texts": dict(texts), "fallback": fallback}
        case Note(text):
            return {"action": "note", "text": text}
        case Webhook(endpoint):
            return {"action": "webhook", "endpoint": endpoint}
        case Resolve():
            return {"action": "resolve"}
