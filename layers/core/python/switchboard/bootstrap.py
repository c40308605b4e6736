"""The composition root: the only place where ports meet adapters. Everything is made when first asked for, so that a function
loads what it uses and nothing else."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, TypeVar

from switchboard import auditing, improving, large_models, librarians, subjects
from switchboard.settings import Settings
from switchboard.stack import Stack
from switchboard.trying_out import what_if_desk

if TYPE_CHECKING:
    from switchboard.application.access import Access
    from switchboard.application.actions import Actions
    from switchboard.application.admission import Admission
    from switchboard.application.assignment import Assignment
    from switchboard.application.automation import Automation
    from switchboard.application.configuration import Configuration
    from switchboard.application.contacts import Contacts
    from switchboard.application.delivery import Dispatch
    from switchboard.application.desk import Desk
    from switchboard.application.fanout import OutboxReader
    from switchboard.application.hooks import HookDelivery
    from switchboard.application.intake import Intake
    from switchboard.application.parking import Parking
    from switchboard.application.planning import Planner, StaffingPlans
    from switchboard.application.presence import PresenceDesk
    from switchboard.application.privacy import PrivacyDesk
    from switchboard.application.receipts import Receipts
    from switchboard.application.routing_policies import RoutingPolicies
    from switchboard.application.rule_book import RuleBook
    from switchboard.application.screens import Screens
    from switchboard.application.service_levels import ServiceLevels
    from switchboard.application.sweep import Sweep
    from switchboard.application.timers import Timers
    from switchboard.assisting import Assisting
    from switchboard.conversing import Conversing
    from switchboard.domain.errors import SwitchboardError
    from switchboard.domain.hours.settings import HoursSettings
    from switchboard.domain.privacy.policy import PrivacyPolicy
    from switchboard.domain.routing.engine import Engine
    from switchboard.domain.rules import RuleSet
    from switchboard.routing_engines import RoutingEngines
    from switchboard.translating import Translating
    from switchboard.waiting import Waiting

T = TypeVar("T")

POLICY_KEPT = 60.0  # seconds
QUEUE_KEY_AGE = 7 * 86_400.0  # seconds; bodies live some weeks, and any generation opens them
CONTACT_KEY_AGE = 90 * 86_400.0  # the same of what wraps new contacts' keys; older ones are wrapped anew by tools.keys


def kept(read: Callable[[], T], last: T | None, what: str) -> T:
    """What a company set, or what was known of it last if this build cannot read it: mail must not be parked for it."""
    from switchboard.domain.errors import Malformed, Misconfigured

    try:
        return read()
    except Malformed as error:
        if last is None:
            raise Misconfigured(f"{what} that was set cannot be read by this build: {error}") from error
        return last


class Services(Stack):
    """One process's objects."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._hours: HoursSettings | None = None
        self._hours_read = 0.0
        self._rules: RuleSet | None = None
        self._rules_read = 0.0
        self._privacy: PrivacyPolicy | None = None
        self._privacy_read = 0.0
        self.on_knowledge_trouble: Callable[[Exception], None] = lambda _: None  # the edge sets it, and counts
        self.on_settings_trouble: Callable[[SwitchboardError], None] = lambda _: None  # the same
        self.on_rules_trouble: Callable[[SwitchboardError], None] = lambda _: None  # the same
        self.on_retention_trouble: Callable[[str, SwitchboardError], None] = lambda _what, _why: None  # the same
        self.on_export_trouble: Callable[[str, SwitchboardError], None] = lambda _request, _why: None  # the same
        self.on_erasure_trouble: Callable[[str, SwitchboardError], None] = lambda _request, _why: None  # the same
        self.on_audit_trouble: Callable[[str, str], None] = lambda _file, _why: None  # the same

    @cached_property
    def configuration(self) -> Configuration:
        from switchboard.application.configuration import Configuration

        return Configuration(self.store, self.clock, shipped("bot.json"), shipped("hours.json"))

    def hours(self) -> HoursSettings:
        """The company's hours, rosters and promises in force, read once a minute."""
        from switchboard.domain.hours import settings

        if self._hours is None or time.monotonic() - self._hours_read > POLICY_KEPT:
            self._hours = kept(lambda: settings.parse(self.configuration.hours()), self._hours, "the hours")
            self._hours_read = time.monotonic()
        return self._hours

    def rules(self) -> RuleSet:
        """The automation rules in force, read once a minute."""
        if self._rules is None or time.monotonic() - self._rules_read > POLICY_KEPT:
            self._rules = self.rule_book.current()
            self._rules_read = time.monotonic()
        return self._rules

    def forget_rules(self) -> None:
        """Other rules are in force now: read them when they are next asked for."""
        self._rules = None

    def privacy(self) -> PrivacyPolicy:
        """The company's rules for personal data in force, read once a minute."""
        if self._privacy is None or time.monotonic() - self._privacy_read > POLICY_KEPT:
            self._privacy = kept(self.privacy_desk.in_force, self._privacy, "the privacy policy")
            self._privacy_read = time.monotonic()
        return self._privacy

    def forget_privacy(self) -> None:
        """Another policy is in force now: read it when it is next asked for."""
        self._privacy = None

    def open_at(self, at: datetime) -> bool | None:
        """Whether the company is open, by the hours that hold where no queue names its own."""
        known = self.hours()
        return known.open_at("", "", at) if known.default.calendar is not None else None

    # -- use cases -------------------------------------------------------------------------------

    @cached_property
    def assignment(self) -> Assignment:
        from switchboard.application.assignment import Assignment
        from switchboard.application.shifts import Shifts

        shifts = Shifts(lambda: self.hours())
        return Assignment(self.store, self.clock, self.settings.accept_within, self.routing_engines.of, shifts.off)

    @cached_property
    def routing_engines(self) -> RoutingEngines:
        from switchboard.routing_engines import RoutingEngines

        return RoutingEngines(lambda last: kept(self.routing_policies.policy, last, "the routing policy"), self.staffing_plans)

    @cached_property
    def staffing_plans(self) -> StaffingPlans:
        from switchboard.application.planning import StaffingPlans

        return StaffingPlans(self.store)

    @cached_property
    def planner(self) -> Planner:
        from switchboard.adapters.planning.prices import solve
        from switchboard.application.planning import Planner

        return Planner(self.store, self.clock, self.staffing_plans, solve)

    what_if = cached_property(what_if_desk)
    drafts = cached_property(large_models.drafts)
    article_book = cached_property(librarians.article_book)
    librarian = cached_property(librarians.librarian)
    indexing = cached_property(librarians.indexing)
    suggestions = cached_property(librarians.suggestions)
    knowledge = cached_property(librarians.knowledge)
    archive = cached_property(auditing.archive)
    archive_repair = cached_property(auditing.archive_repair)
    notary = cached_property(auditing.notary)
    audit_search = cached_property(auditing.audit_search)
    audit_verification = cached_property(auditing.audit_verification)
    audit_export = cached_property(auditing.audit_export)
    corrections = cached_property(improving.correction_desk)
    improvements = cached_property(improving.improvement_desk)
    approvals = cached_property(subjects.approvals)
    changes = cached_property(subjects.changes)
    erasure_desk = cached_property(subjects.erasure_desk)
    erasure = cached_property(subjects.erasure)
    retention_desk = cached_property(subjects.retention_desk)
    retention = cached_property(subjects.retention)
    export_desk = cached_property(subjects.export_desk)
    exporter = cached_property(subjects.exporter)
    consents = cached_property(subjects.consents)
    subject_rights = cached_property(subjects.subject_rights)

    @cached_property
    def assisting(self) -> Assisting:
        from switchboard.assisting import Assisting

        return Assisting(self)

    @cached_property
    def routing_policies(self) -> RoutingPolicies:
        from switchboard.application.routing_policies import RoutingPolicies

        text = resources.files("switchboard.resources").joinpath("routing.json").read_text(encoding="utf-8")
        return RoutingPolicies(self.store, self.clock, json.loads(text))

    @property
    def intake(self) -> Intake:
        from switchboard.application.intake import Intake

        return Intake(
            self.store, self.deliveries, self.assignment, self.index, self.ids, self.clock, self.conversing.turns,
            self.waiting.replies, self.privacy,
        )  # fmt: skip

    @cached_property
    def privacy_desk(self) -> PrivacyDesk:
        from switchboard.application.privacy import PrivacyDesk

        return PrivacyDesk(self.store, self.clock)

    @cached_property
    def receipts(self) -> Receipts:
        from switchboard.application.receipts import Receipts
        from switchboard.domain.routing.engine import Engine

        def engine_of(policy: int, plans: Mapping[str, int]) -> Engine:
            return Engine(self.routing_policies.policy(policy), self.staffing_plans.past(plans))

        return Receipts(self.store, engine_of)

    @cached_property
    def desk(self) -> Desk:
        from switchboard.application.desk import Desk

        return Desk(
            self.store, self.deliveries, self.assignment, self.index, self.ids, self.clock, self.admission, self.privacy
        )  # fmt: skip

    @cached_property
    def presence(self) -> PresenceDesk:
        from switchboard.application.presence import PresenceDesk

        return PresenceDesk(self.store, self.connections, self.assignment, self.clock, self.settings.grace)

    @cached_property
    def access(self) -> Access:
        from switchboard.application.access import Access

        return Access(self.store, self.clock)

    @cached_property
    def admission(self) -> Admission:
        from switchboard.application.admission import Admission

        return Admission(
            self.store, self.access, self.authority, lambda: self.routing_engines.of().policy, lambda id_: self.approvals.read(id_)
        )  # fmt: skip

    @cached_property
    def contacts(self) -> Contacts:
        from switchboard.application.contacts import Contacts

        return Contacts(self.store, self.assignment, self.clock, self.admission, self.privacy)

    @cached_property
    def parking(self) -> Parking:
        from switchboard.application.parking import Parking

        return Parking(self.store, self.inbound, self.intake)

    @cached_property
    def timers(self) -> Timers:
        from switchboard.application.timers import Timers

        room, watch = self.waiting.room, self.conversing.watch
        return Timers(self.store, self.presence, self.assignment, self.service_levels, room, watch, self.outbox, self.clock)

    @cached_property
    def waiting(self) -> Waiting:
        from switchboard.waiting import Waiting

        return Waiting(self)

    @cached_property
    def conversing(self) -> Conversing:
        from switchboard.conversing import Conversing

        return Conversing(self)

    @cached_property
    def translating(self) -> Translating:
        from switchboard.translating import Translating

        return Translating(self)

    @property
    def actions(self) -> Actions:
        return self.conversing.actions

    @cached_property
    def service_levels(self) -> ServiceLevels:
        from switchboard.application.service_levels import ServiceLevels

        return ServiceLevels(self.store, self.outbox, self.assignment, self.clock, lambda: self.hours())

    @cached_property
    def dispatch(self) -> Dispatch:
        from switchboard.adapters.vendor.courier import HttpCourier
        from switchboard.adapters.vendor.tokens import DynamoTokens
        from switchboard.application.delivery import Dispatch
        from switchboard.channels.registry import channel

        tokens = DynamoTokens(self._dynamo_client, self.settings.state_table, self.vault, self.store.company_key)
        courier = HttpCourier(channel, self.accounts, tokens)
        return Dispatch(self.store, self.deliveries, courier, self.intake, self.index, self.clock)

    @cached_property
    def outbox_reader(self) -> OutboxReader:
        from switchboard.application.fanout import OutboxReader

        waiting = self.waiting
        return OutboxReader(
            self.store, self.outbox, self.facts, self.clock, self.conversing.queue, tell_after=waiting.tell_after,
            measure=waiting.flow_keeper.after,
        )  # fmt: skip

    @cached_property
    def rule_book(self) -> RuleBook:
        from switchboard.application.rule_book import RuleBook

        return RuleBook(self.store, self.index, self.clock, self.endpoints.known)

    @cached_property
    def automation(self) -> Automation:
        from switchboard.application.automation import Automation

        return Automation(
            self.store, self.index, self.ids, self.clock, lambda: self.rules(), self.hook_outbox, self.assignment,
            lambda at: self.open_at(at), lambda error: self.on_rules_trouble(error),
        )  # fmt: skip

    @cached_property
    def hook_delivery(self) -> HookDelivery:
        from switchboard.adapters.vendor.hooks import HttpHooks
        from switchboard.application.hooks import HookDelivery

        return HookDelivery(HttpHooks(self.endpoints, self.clock.now))

    @cached_property
    def screens(self) -> Screens:
        from switchboard.application.screens import Screens

        return Screens(
            self.store, self.deliveries, self.connections, self.gateway, self.outbox, self.index, self.clock, self.admission,
            self.settings.grace, self.privacy,
        )  # fmt: skip

    @cached_property
    def sweep(self) -> Sweep:
        from switchboard.application.sweep import Sweep

        return Sweep(
            self.store, self.deliveries, self.outbox, self.presence, self.assignment, self.service_levels, self.waiting.room,
            self.conversing.watch, self.clock,
        )  # fmt: skip

    def come_again(self, queue_url: str, receipt: str, seconds: float) -> None:
        """Have a message that failed come again after so many seconds instead of the queue's whole time-out."""
        self.sqs_client.change_message_visibility(
            QueueUrl=queue_url, ReceiptHandle=receipt, VisibilityTimeout=min(43_200, round(seconds))
        )

    def provision(self) -> None:
        """Make the stack's first keys, a new queue key every week and a new one for contacts every 90 days; safe to repeat."""
        from switchboard.adapters.vault import Purpose

        for purpose in Purpose:
            self.branches.create(purpose)
        self.branches.keep_fresh(Purpose.QUEUE, QUEUE_KEY_AGE)
        self.branches.keep_fresh(Purpose.CONTACT, CONTACT_KEY_AGE)
        self.store.provision()


def shipped(name: str) -> Any:
    """A JSON document that is shipped with the package."""
    return json.loads(resources.files("switchboard.resources").joinpath(name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def services() -> Services:
    """This process's services, on the stack its environment names."""
    return Services(Settings.parse(dict(os.environ)))
