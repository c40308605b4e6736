"""The desk's REST API of automation rules: read them, set them, and try them out before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from switchboard.application.access import Access
from switchboard.application.admission import CONVERSATION, About, Admission
from switchboard.application.automation import Automation, Rehearsal
from switchboard.application.ports import Store
from switchboard.application.rule_book import RuleBook
from switchboard.application.views import plain
from switchboard.domain import events as ev
from switchboard.domain.errors import Malformed
from switchboard.domain.rules import Outcome, RuleSet, decide, dump, parse
from switchboard.domain.rules.decisions import Decided, Trigger
from switchboard.domain.rules.sampling import read_sample
from switchboard.domain.rules.writing import dump_action

CONVERSATIONS = 20  # of one dry run


class RuleServices(Protocol):
    @property
    def access(self) -> Access: ...

    @property
    def admission(self) -> Admission: ...

    @property
    def store(self) -> Store: ...

    @property
    def rule_book(self) -> RuleBook: ...

    @property
    def automation(self) -> Automation: ...


class RuleCall(Protocol):
    """A signed-in request, as `desk_api.Call` is one."""

    @property
    def services(self) -> RuleServices: ...

    @property
    def actor(self) -> ev.Actor: ...

    @property
    def body(self) -> Mapping[str, Any]: ...


def _rules(c: RuleCall) -> Any:
    return _shown(c, c.services.rule_book.current())


def _set_rules(c: RuleCall) -> Any:
    return _shown(c, c.services.rule_book.set(c.actor, _document(c)))


def _shown(c: RuleCall, ruleset: RuleSet) -> Any:
    """The rules, and what has since ceased to exist of the things they name."""
    return {"rules": plain(dump(ruleset)), "problems": c.services.rule_book.problems(ruleset)}


def _document(c: RuleCall) -> Mapping[str, Any]:
    document = c.body.get("rules")
    if not isinstance(document, dict):
        raise Malformed("'rules' is the whole rule set, an object; GET shows the one in force")
    return document


def _dry_run(c: RuleCall) -> Any:
    """`rules` are those to try (left out: those in force), on what happened in `conversations`, or on an invented `sample`."""
    if ("conversations" in c.body) == ("sample" in c.body):
        raise Malformed("say either which 'conversations' to try the rules on, or give a 'sample': {event, facts}")
    ruleset = parse(_document(c)) if "rules" in c.body else c.services.rule_book.current()
    problems = c.services.rule_book.problems(ruleset)
    if "sample" in c.body:
        event, facts = read_sample(c.body["sample"])
        return {"problems": problems, **_outcome(decide(ruleset, event, facts), event)}
    conversations = _conversations(c.body["conversations"])
    access, admission, store = c.services.access, c.services.admission, c.services.store
    for id_ in conversations:  # each is a read of somebody's words, and goes on record
        admission.admit(c.actor, "RehearseRules", About(CONVERSATION, id_))
        access.recorded(c.actor, "RehearseRules", id_, partial(store.conversation, id_))
    return {"problems": problems, **_rehearsal(c.services.automation.dry_run(ruleset, conversations))}


def _conversations(wanted: object) -> Sequence[str]:
    if (
        not isinstance(wanted, list) or not 1 <= len(wanted) <= CONVERSATIONS
        or not all(isinstance(id_, str) and 0 < len(id_) <= 80 for id_ in wanted)
    ):  # fmt: skip
        raise Malformed(f"'conversations' is a list of 1 to {CONVERSATIONS} conversation ids")
    return list(dict.fromkeys(wanted))


def _rehearsal(r: Rehearsal) -> dict[str, Any]:
    return {
        "version": r.report.version, "events": r.report.events, "never": list(r.report.never),
        "rules": [
            {
                "rule": one.rule, "fired": one.fired, "examples": plain(one.examples), "not_fired": dict(one.not_fired),
                "failed": dict(one.failed), "omitted": dict(one.omitted),
            }
            for one in r.report.rules
        ],
        "actions": [_action(w.event, w.decided) for w in r.wanted],
    }  # fmt: skip


def _outcome(outcome: Outcome, event: Trigger) -> dict[str, Any]:
    return {
        "version": outcome.version,
        "rules": [
            {"rule": e.rule, "result": e.result.value, "because": plain(e.because), "stopped_by": e.stopped_by}
            for e in outcome.explanations
        ],
        "omitted": [{"rule": o.rule, "action": dump_action(o.action), "why": o.why.value, "by": o.by} for o in outcome.omitted],
        "actions": [_action(event, decided) for decided in outcome.actions],
    }


def _action(event: Trigger, decided: Decided) -> dict[str, Any]:
    return {
        "conversation": event.ledger.partition("#")[2], "no": event.no, "event": event.type, "rule": decided.rule,
        "action": dump_action(decided.action),
    }  # fmt: skip


ROUTES: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    ("GET", "/v1/rules"): _rules,
    ("PUT", "/v1/rules"): _set_rules,
    ("POST", "/v1/rules/dry-run"): _dry_run,
}
