"""Who may do what: every case of the matrix (`tests/data/roles`), judged by the policies as shipped."""

from __future__ import annotations

from switchboard.adapters.cedar.authority import shipped
from switchboard.domain.authority.actions import DOORS
from switchboard.domain.authority.separation import GRANTABLE_TO_KEYS
from tests.fakes.authority import ListedAuthority
from tests.roles_matrix.expand import cases, matrix, twins
from tests.roles_matrix.judged import on_purpose, wrong

CASES = 9_146  # what the judge's authors counted


def test_every_case_is_decided_as_the_matrix_says_or_is_listed_with_a_reason() -> None:
    differing = wrong(shipped())
    assert {str(case) for case, _ in differing} == set(on_purpose()), "\n".join(f"{c}: {d}" for c, d in differing[:40])


def test_no_case_is_left_out() -> None:
    assert len(cases()) == len(set(cases())) == CASES


def test_who_allows_everything_is_found_out() -> None:
    assert len(wrong(ListedAuthority())) > 5_000


def test_every_row_is_an_action_and_one_use_case_has_one() -> None:
    assert {row["action"] for row in matrix()["actions"]} <= set(DOORS)
    assert all(DOORS[twin] == DOORS[row] for twin, row in twins().items())


def test_what_a_key_may_be_granted_is_what_the_matrix_lets_it_have() -> None:
    granted = [c for c in cases() if c.principal == "integration" and c.situation == "granted"]
    always = {c.action for c in cases() if c.principal == "integration" and c.situation == "default" and c.allowed}
    assert {DOORS[c.action] for c in granted if c.allowed and c.action not in always} <= GRANTABLE_TO_KEYS
    assert not {DOORS[c.action] for c in granted if not c.allowed} & GRANTABLE_TO_KEYS
