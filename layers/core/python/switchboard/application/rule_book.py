"""The company's automation rules: each version is a commit of a ledger; the last one holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from switchboard.application.ports import Clock, Index, Store
from switchboard.domain import events as ev
from switchboard.domain.errors import Duplicate, Malformed, Misconfigured, NotFound, StaleVersion
from switchboard.domain.rules import RuleSet, dump, mentioned, parse

RULES_LEDGER = "cfg#rules"
FALLBACK_QUEUE = "general"  # where work goes that names no queue, so it always exists


@dataclass(frozen=True, slots=True)
class RuleBook:
    """`endpoint_known` says whether a webhook endpoint of that name is configured."""

    store: Store
    index: Index
    clock: Clock
    endpoint_known: Callable[[str], bool]

    def current(self) -> RuleSet:
        """The rules in force; none were ever set: an empty set of version 0. Raises Misconfigured if what is stored cannot be read."""
        last = self.store.last_event(RULES_LEDGER)
        if last is None:
            return RuleSet()
        try:
            if not isinstance(last.event, ev.RulesSet):
                raise Malformed(f"commit {last.commit} of {RULES_LEDGER} sets no rules")
            return parse({**last.event.rules, "version": last.commit})
        except Malformed as error:
            raise Misconfigured(f"version {last.commit} of the rules cannot be read: {error}") from None

    def set(self, actor: ev.Actor, document: Mapping[str, object]) -> RuleSet:
        """Put a new version in force. Raises Malformed for what cannot be read or names what does not exist, StaleVersion if the
        document's `version` (that of the rules it was made from; it may be left out) is not the one in force any more."""
        ruleset = parse(document)
        if found := self.problems(ruleset):
            raise Malformed("; ".join(found[:5]))
        last = self.store.last_event(RULES_LEDGER)
        version = last.commit if last is not None else 0
        if "version" in document and ruleset.version != version:
            raise StaleVersion(f"version {version} of the rules is in force, this was made from {ruleset.version}; read them again")
        stored = {k: v for k, v in dump(ruleset).items() if k != "version"}
        once = self.index.key("rules", str(version + 1))  # of two who set rules at once, one must read the other's first
        try:
            self.store.append(RULES_LEDGER, [ev.RulesSet(stored)], actor, self.clock.now(), once)
        except Duplicate:
            raise StaleVersion("somebody else has just set the rules; read them again") from None
        return RuleSet(ruleset.rules, version + 1, ruleset.reply_minutes)

    def problems(self, ruleset: RuleSet) -> list[str]:
        """What the rules rely on and the company does not have, a sentence each. Tags come to be by being used."""
        names = mentioned(ruleset)
        queues = self.store.queues() | {FALLBACK_QUEUE} if names.queues or names.teams else frozenset()
        unserved = [("queue", name) for name in names.queues - queues] + [("team", name) for name in names.teams - queues]
        return sorted([
            *(f"nobody serves the {kind} {name!r}" for kind, name in unserved),
            *(f"there is no agent {name!r}" for name in names.agents if not self._agent_known(name)),
            *(f"no endpoint {name!r} is configured" for name in names.endpoints if not self.endpoint_known(name)),
        ])  # fmt: skip

    def _agent_known(self, agent: str) -> bool:
        try:
            self.store.agent(agent)
        except NotFound:
            return False
        return True
