"""The whole matrix before a judge."""

from __future__ import annotations

from pathlib import Path

import yaml

from switchboard.application.authority import Authority
from switchboard.domain.authority.question import Decision
from tests.roles_matrix.expand import Case, cases
from tests.roles_matrix.questions import question

OTHERWISE = Path(__file__).resolve().parent / "otherwise.yaml"


def on_purpose() -> dict[str, str]:
    """The cases that are decided otherwise, and why."""
    return {row["case"]: row["reason"] for row in yaml.safe_load(OTHERWISE.read_text(encoding="utf-8"))}


def wrong(authority: Authority) -> list[tuple[Case, Decision]]:
    """What is decided otherwise than the matrix says, the listed ones too."""
    judged = ((case, authority.decide(question(case))) for case in cases())
    return [(case, decision) for case, decision in judged if decision.allowed != case.allowed]
