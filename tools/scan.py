"""Every scanner over everything: rules of safety in the code and the templates, and known flaws in what we depend on.

    python -m tools.scan              all of it; a service that does not answer is told of and fails nothing
    python -m tools.scan --offline    what needs no network
    python -m tools.scan --strict     a service that does not answer fails it: before a release

Exit 1: a finding that docs/compliance/accepted-findings.yaml does not explain, or an entry there that explains nothing any more."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.findings import ACCEPTED, BadList, Finding, judge, read
from tools.lock import LOCKS
from tools.sam import ENVIRONMENT, ROOT, environment

CODE = ("layers", "functions", "tools", "local")  # tests prove things by doing what code must not
CONNECTION = ("Failed to resolve", "ConnectionError", "Max retries exceeded", "ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN")


class NotReachable(Exception):
    """The service that knows the flaws did not answer, or knows nothing of our packages; so nothing was audited."""


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    out: str
    said: str


def call(*command: str, folder: Path = ROOT) -> Answer:
    done = subprocess.run(command, cwd=folder, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True, timeout=600)
    return Answer(done.returncode, done.stdout, done.stderr)


def ruff() -> list[Finding]:
    """The rules of bandit, without what pyproject.toml leaves out: what is left out is accepted by name or found."""
    answer = call(sys.executable, "-m", "ruff", "check", "--isolated", "--select", "S", "--output-format", "json", *CODE)
    found = []
    for one in json.loads(answer.out):
        where = Path(one["filename"]).relative_to(ROOT).as_posix()
        found.append(Finding("ruff", one["code"], where, f"line {one['location']['row']}: {one['message']}"))
    return found


def cfn_lint() -> list[Finding]:
    answer = call(str(environment("sam") / "cfn-lint"), "--format", "json")
    found = []
    for one in json.loads(answer.out or "[]"):
        where = "/".join(map(str, one["Location"]["Path"] or []))
        found.append(Finding("cfn-lint", one["Rule"]["Id"], f"{one['Filename']}:{where}", one["Message"]))
    return found


def checkov() -> list[Finding]:
    answer = call(str(environment("checkov") / "checkov"), "--config-file", ".checkov.yaml", "-o", "json")
    told = json.loads(answer.out)
    if not told["summary"]["resource_count"] or told["summary"]["parsing_errors"]:
        raise RuntimeError(f"checkov read no templates, or not all: {told['summary']}")
    return [
        Finding("checkov", one["check_id"], f"{one['file_path'].lstrip('/')}:{one['resource']}", one["check_name"])
        for one in told["results"]["failed_checks"]
    ]


def pip_audit() -> list[Finding]:
    """Of every lock. A package that the service does not know was not audited, whatever the tool says at the end."""
    found: list[Finding] = []
    tool = str(environment("audit") / "pip-audit")
    for lock in LOCKS:
        answer = call(
            tool, "--disable-pip", "--require-hashes", "--requirement", lock.lock, "--format", "json", "--progress-spinner", "off"
        )  # fmt: skip
        if any(sign in answer.said for sign in CONNECTION) or not answer.out.strip():
            raise NotReachable(_last(answer.said))
        found += flaws(json.loads(answer.out), lock.lock)
    return found


def flaws(told: Any, lock: str) -> list[Finding]:
    """Raises NotReachable where a package was passed over."""
    passed = [one["skip_reason"] for one in told["dependencies"] if "skip_reason" in one]
    if passed:
        raise NotReachable(f"{len(passed)} of {len(told['dependencies'])} packages of {lock} were passed over: {passed[0]}")
    found = []
    for one in told["dependencies"]:
        for flaw in one["vulns"]:
            mended = ", ".join(flaw["fix_versions"]) or "none"
            found.append(Finding("pip-audit", flaw["id"], f"{lock}:{one['name']}=={one['version']}", f"fixed in {mended}"))
    return found


def npm_audit() -> list[Finding]:
    answer = call("npm", "audit", "--json", "--package-lock-only", folder=ROOT / "web")
    return advisories(json.loads(answer.out or "{}"))


def advisories(told: Any) -> list[Finding]:
    """Raises NotReachable where the registry answered with anything but an audit."""
    if "vulnerabilities" not in told or "auditReportVersion" not in told:
        raise NotReachable(str(told.get("message") or told.get("error") or "no answer"))
    found = {}
    for name, one in told["vulnerabilities"].items():
        for via in one["via"]:
            if isinstance(via, dict):
                rule = via["url"].rpartition("/")[2]
                found[name, rule] = Finding("npm-audit", rule, f"web:{name}@{one['range']}", via["title"])
    return list(found.values())


def _last(text: str) -> str:
    return next((line.strip()[:300] for line in reversed(text.splitlines()) if line.strip()), "no answer")


OFFLINE: dict[str, Callable[[], list[Finding]]] = {"ruff": ruff, "cfn-lint": cfn_lint, "checkov": checkov}
ONLINE: dict[str, Callable[[], list[Finding]]] = {"pip-audit": pip_audit, "npm-audit": npm_audit}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.scan", description="Every scanner; no finding without a reason.")
    parser.add_argument("--offline", action="store_true", help="only what needs no network")
    parser.add_argument("--strict", action="store_true", help="fail where a service does not answer")
    chosen = parser.parse_args()
    try:
        accepted = read(ACCEPTED.read_text("utf-8"))
    except BadList as error:
        print(f"{ACCEPTED.relative_to(ROOT)}: {error}", file=sys.stderr)
        return 1
    found: list[Finding] = []
    silent, ran = [], set()
    for name, scanner in (OFFLINE if chosen.offline else OFFLINE | ONLINE).items():
        try:
            some = scanner()
        except NotReachable as error:
            silent.append(name)
            print(f"{name}: not reachable, so nothing was audited ({error})", flush=True)
            continue
        found += some
        ran.add(name)
        print(f"{name}: {len(some)} findings", flush=True)
    unexplained, idle = judge(found, accepted, frozenset(ran))
    for finding in unexplained:
        print(f"unexplained: {finding.tool} {finding.rule} {finding.where}: {finding.text}")
    for entry in idle:
        print(f"explains nothing any more: {entry.tool} {entry.rule} {entry.where}")
    print(f"figure unexplained_findings {len(unexplained)} =0 {'short' if unexplained else 'ok'}")
    return 1 if unexplained or idle or (silent and chosen.strict) else 0


if __name__ == "__main__":
    sys.exit(main())
