"""Facts about personal data: what a company's policy is, and who had something shown that was hidden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from switchboard.domain.event import Event, personal


@dataclass(frozen=True, slots=True)
class PrivacyPolicySet(Event):
    """What becomes of personal data in threads from now on (the document `domain.privacy.policy` reads)."""

    type: ClassVar[str] = "privacy_policy_set"
    policy: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PersonalDataRevealed(Event):
    """Somebody had a message shown with what their role sees masked, and said why. `kinds`: of what was shown."""

    type: ClassVar[str] = "personal_data_revealed"
    message: str
    kinds: tuple[str, ...]
    reason: str = personal()


PRIVACY_TYPES: tuple[type[Event], ...] = (PrivacyPolicySet, PersonalDataRevealed)
