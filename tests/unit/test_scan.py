"""No finding without a reason, no reason without a finding; and an audit that did not happen is not called a good one."""

from __future__ import annotations

import pytest

from tools.findings import ACCEPTED, BadList, Finding, judge, read
from tools.scan import NotReachable, advisories, flaws

ENTRY = """
- {tool: ruff, rule: S101, where: "local/*", reason: on a developer's machine alone, owner: tooling}
"""
FOUND = Finding("ruff", "S101", "local/demo.py", "assert")


def test_a_finding_is_explained_by_its_tool_rule_and_place_together() -> None:
    accepted = read(ENTRY)
    others = [
        Finding("bandit", "S101", "local/demo.py", ""), Finding("ruff", "S102", "local/demo.py", ""),
        Finding("ruff", "S101", "tools/local/x.py", ""),
    ]  # fmt: skip
    assert judge([FOUND, *others], accepted, frozenset({"ruff"})) == (others, [])


def test_an_entry_that_explains_nothing_is_found_if_its_tool_ran() -> None:
    accepted = read(ENTRY)
    assert judge([], accepted, frozenset({"ruff"})) == ([], accepted)
    assert judge([], accepted, frozenset({"checkov"})) == ([], [])


@pytest.mark.parametrize("text", [
    "{}", "- {}", ENTRY.replace("owner: tooling", ""), ENTRY.replace("on a developer's machine alone", "ok"),
    ENTRY.replace("on a developer's machine alone", ""), ENTRY.replace("local/*", "*"), ENTRY.replace("owner: tooling", "owner: 7"),
    ENTRY.replace("owner: tooling", "owner: tooling, until: 2027-01-01"),
])  # fmt: skip
def test_an_entry_without_reason_or_owner_or_for_everything_is_refused(text: str) -> None:
    with pytest.raises(BadList):
        read(text)


def test_our_own_list_is_one() -> None:
    assert read(ACCEPTED.read_text("utf-8"))


def test_packages_that_were_passed_over_were_not_audited() -> None:
    """pip-audit ends with "no known vulnerabilities" where its service knows none of the packages."""
    told = {"dependencies": [
        {"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "Dependency not found on PyPI"},
    ]}  # fmt: skip
    with pytest.raises(NotReachable, match="1 of 2"):
        flaws(told, "x.txt")


def test_a_known_flaw_is_a_finding() -> None:
    told = {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}]}
    assert flaws(told, "x.txt") == [Finding("pip-audit", "PYSEC-1", "x.txt:a==1", "fixed in 2")]
    via = [{"url": "https://advisories.example/GHSA-1", "title": "bad"}, "other"]
    report = {"auditReportVersion": 2, "vulnerabilities": {"vite": {"range": "<9", "via": via}}}
    assert advisories(report) == [Finding("npm-audit", "GHSA-1", "web:vite@<9", "bad")]


@pytest.mark.parametrize("told", [
    {}, {"message": "405 Method Not Allowed"}, {"error": {"code": "ENOTFOUND"}}, {"vulnerabilities": {}},
])  # fmt: skip
def test_an_answer_that_is_no_audit_is_none(told: object) -> None:
    with pytest.raises(NotReachable):
        advisories(told)
