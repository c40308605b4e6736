"""What becomes of personal data where: the rules nobody may change, and those a company sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from switchboard.domain.content import Content
from switchboard.domain.errors import Malformed
from switchboard.domain.privacy.kinds import IDS, Kind
from switchboard.domain.privacy.masking import masked

KEEP, MASK = "keep", "mask"
ROLES = ("agent", "supervisor", "administrator", "auditor", "privacy_officer", "integration")
OUTSIDE = frozenset({"auditor", "privacy_officer", "integration"})
"""Who serves nobody sees ids masked unless the company says else."""
AT_THE_DOOR = frozenset({Kind.CARD})
"""Masked before anything is queued or stored, for everybody and for good: nobody here ever needs a card's number, and one that is not
there cannot be lost (PCI DSS 3.2.1 and 3.3.1)."""
SHIPPED: Mapping[str, object] = {"thread": {Kind.CARD.value: MASK}, "hidden": {"agent": sorted(k.value for k in IDS)}}
_KINDS = frozenset(k.value for k in Kind)


@dataclass(frozen=True, slots=True)
class PrivacyPolicy:
    """`masked`: kinds that are masked when they come in, and stored so. `hidden`: kinds that are stored, and masked for a role until
    it reveals them."""

    masked: frozenset[Kind] = AT_THE_DOOR
    hidden: Mapping[str, frozenset[Kind]] = field(default_factory=lambda: {"agent": IDS})


def parse(document: Mapping[str, object]) -> PrivacyPolicy:
    """`{"thread": {kind: "keep" | "mask"}, "hidden": {role: [kind]}}`; kinds that are left out are kept, cards are masked. Raises
    Malformed."""
    if unknown := set(document) - {"thread", "hidden"}:
        raise Malformed(f"{min(map(str, unknown))[:40]!r} is none of thread, hidden")
    thread, hidden = document.get("thread", {}), document.get("hidden", {})
    if not isinstance(thread, Mapping) or not all(v in (KEEP, MASK) for v in thread.values()):
        raise Malformed("'thread' maps kinds to keep or mask")
    chosen = {_kind(k): v for k, v in thread.items()}
    if any(chosen.get(kind) == KEEP for kind in AT_THE_DOOR):
        raise Malformed("numbers of cards are never kept (PCI DSS): leave 'card' out, or say mask")
    if not isinstance(hidden, Mapping) or not all(isinstance(v, list | tuple) for v in hidden.values()):
        raise Malformed("'hidden' maps roles to lists of kinds")
    if strange := next((r for r in hidden if r not in ROLES), None):
        raise Malformed(f"{str(strange)[:40]!r} is none of {', '.join(ROLES)}")
    return PrivacyPolicy(
        AT_THE_DOOR | {k for k, v in chosen.items() if v == MASK}, {r: frozenset(map(_kind, kinds)) for r, kinds in hidden.items()}
    )


def _kind(name: object) -> Kind:
    if not isinstance(name, str) or name not in _KINDS:
        raise Malformed(f"{str(name)[:40]!r} is none of {', '.join(sorted(_KINDS))}")
    return Kind(name)


def hidden_from(policy: PrivacyPolicy, role: str) -> frozenset[Kind]:
    """What a role sees masked until it is revealed: the one place where rights to see personal data are asked for."""
    return policy.hidden.get(role, IDS if role in OUTSIDE else frozenset())


def kept(text: str, policy: PrivacyPolicy, language: str = "und") -> str:
    """A text as it may be stored."""
    return masked(text, policy.masked, language)


def kept_content(content: Content, policy: PrivacyPolicy, language: str = "und") -> Content:
    """A message's body as it may be stored."""
    text = kept(content.text, policy, language)
    data = {name: kept(value, policy, language) for name, value in content.data.items()}
    files = tuple(replace(a, name=kept(a.name, policy, language)) for a in content.attachments)
    if text == content.text and data == dict(content.data) and files == content.attachments:
        return content
    return Content(content.kind, text, files, data)
