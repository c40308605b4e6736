"""What a conversation asks of whoever takes it, by the policy in force when it is queued."""

from __future__ import annotations

from datetime import datetime, timedelta

from switchboard.domain.agents import is_agent_id
from switchboard.domain.contacts import Contact
from switchboard.domain.conversation import Conversation
from switchboard.domain.requirements import Requirements
from switchboard.domain.routing.policy import KindRule, RoutingPolicy


def needs_of(
    policy: RoutingPolicy, c: Conversation, contact: Contact | None, previous: Conversation | None, now: datetime
) -> Requirements:
    """`contact`: None for somebody who wrote for the first time; `previous`: their last conversation, if there was one."""
    rule = policy.kinds.get(c.intent, KindRule(c.intent, 0))
    attributes = contact.attributes if contact is not None else {}
    vip = attributes.get(policy.vip.attribute, "") in policy.vip.values
    channel = policy.channels.get(c.channel)
    return Requirements(
        kind=rule.kind, level=rule.level, complex=rule.complex, vip=vip, region=policy.region_of(c.channel, c.account),
        prefers=_agent_in(attributes.get(policy.sticky.attribute, "")) or _last_agent(policy, previous, now),
        brand=policy.brand_of(c.channel, c.account), tier=policy.tier_of(attributes),
        worth=policy.priority_worth, ahead=(policy.vip.ahead if vip else 0) + (channel.ahead if channel is not None else 0),
    )  # fmt: skip


def _agent_in(attribute: str) -> str:
    """Attributes are free text and personal; only what is an agent's id may leave the contact's sealed profile."""
    return attribute if is_agent_id(attribute) else ""


def _last_agent(policy: RoutingPolicy, previous: Conversation | None, now: datetime) -> str:
    if previous is None or previous.last_at is None:
        return ""
    recent = now - previous.last_at <= timedelta(days=policy.sticky.last_agent_days)
    return previous.finished_by if recent else ""
