"""Rule sets from JSON's types: `parse`. What it returns is valid in itself; whether queues, agents, teams and endpoints exist is for
the caller to ask (`model.mentioned`).

A document: {"format": 1, "version": 3, "reply_minutes": 10, "rules": [{"id", "name", "enabled", "on", "when", "then", "stop"}]}.
`format`, `version`, `reply_minutes` (10), `enabled` (true), `when` (always) and `stop` (false) may be left out."""

from __future__ import annotations

import json
import re

from switchboard.domain.rules import limits
from switchboard.domain.rules.model import (
    FORMAT,
    TRIGGERS,
    All,
    Any,
    Assign,
    Check,
    Condition,
    Not,
    Resolve,
    Rule,
    RuleSet,
    SetPriority,
    subject,
)
from switchboard.domain.rules.place import Place, as_flag, as_list, as_name, as_object, as_whole, shown
from switchboard.domain.rules.reading_actions import read_action
from switchboard.domain.rules.reading_conditions import read_condition
from switchboard.domain.rules.writing import dump

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SET = Place("the rule set")
_LARGEST_VERSION = 2**53  # JSON's numbers are exact up to here


def parse(data: object) -> RuleSet:
    """A rule set. Raises Malformed, which names the rule and its field at fault."""
    document = as_object(data, _SET, ("rules",), ("format", "version", "reply_minutes"))
    as_whole(document.get("format", FORMAT), _SET.at("format"), 1, FORMAT)
    version = as_whole(document.get("version", 0), _SET.at("version"), 0, _LARGEST_VERSION)
    pause = document.get("reply_minutes", limits.REPLY_MINUTES)
    pause = as_whole(pause, _SET.at("reply_minutes"), 1, limits.LONGEST_REPLY_MINUTES)
    found = document["rules"]
    if not isinstance(found, list | tuple) or len(found) > limits.RULES:
        _SET.at("rules").wrong(f"is a list of at most {limits.RULES}")
    rules: list[Rule] = []
    known: set[str] = set()
    steps = 0
    for index, value in enumerate(found):
        rule = _rule(value, Place(f"rule {index + 1}"))
        if rule.id in known:
            Place(f"rule {rule.id!r}").at("id").wrong("names an earlier rule too; ids are unique")
        known.add(rule.id)
        steps += pattern_steps(rule.when)
        if steps > limits.ALL_PATTERN_STEPS:
            Place(f"rule {rule.id!r}").at("when").wrong(
                f"brings the patterns of all rules over {limits.ALL_PATTERN_STEPS} steps; shorten some"
            )
        rules.append(rule)
    ruleset = RuleSet(tuple(rules), version, pause)
    if len(json.dumps(dump(ruleset), ensure_ascii=False).encode("utf-8")) > limits.DOCUMENT_BYTES:
        _SET.wrong(f"takes more than {limits.DOCUMENT_BYTES} bytes as JSON; shorten the texts")
    return ruleset


def pattern_steps(condition: Condition) -> int:
    """What the patterns of a condition cost for each character read."""
    match condition:
        case Check():
            return len(condition.automaton.steps) if condition.automaton else 0
        case All(parts) | Any(parts):
            return sum(map(pattern_steps, parts))
        case Not(part):
            return pattern_steps(part)


def _rule(value: object, place: Place) -> Rule:
    data = as_object(value, place, ("id", "name", "on", "then"), ("enabled", "when", "stop"))
    id_ = data["id"]
    if not isinstance(id_, str) or not _ID.fullmatch(id_):
        place.at("id").wrong("is 1 to 64 of a-z, 0-9, '-' and '_', and begins with none of these two marks")
    place = Place(f"rule {id_!r}")
    on = data["on"]
    if not isinstance(on, str) or on not in TRIGGERS:
        place.at("on").wrong(f"knows no event {shown(on)}; events are {', '.join(sorted(TRIGGERS))}")
    rule = Rule(
        id=id_,
        name=as_name(data["name"], place.at("name"), limits.NAME_CHARACTERS),
        on=on,
        when=read_condition(data.get("when", {"all": []}), place.at("when")),
        then=tuple(
            read_action(action, place.at("then").item(n))
            for n, action in enumerate(as_list(data["then"], place.at("then"), limits.ACTIONS))
        ),
        enabled=as_flag(data.get("enabled", True), place.at("enabled")),
        stop=as_flag(data.get("stop", False), place.at("stop")),
    )
    _agrees_with_itself(rule, place.at("then"))
    return rule


def _agrees_with_itself(rule: Rule, place: Place) -> None:
    """No two actions on one subject, and nothing asked of a resolved conversation that it cannot do."""
    subjects = set()
    for n, action in enumerate(rule.then):
        if subject(action) in subjects:
            place.item(n).wrong("contradicts or repeats an earlier action of this rule")
        subjects.add(subject(action))
        if rule.on == "resolved" and isinstance(action, Assign | SetPriority | Resolve):
            place.item(n).wrong("cannot be done any more: the conversation is resolved")
