"""Evidence that is there: each file, test, command and route that the compliance documents name exists, and no control is called shown
without a test."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "compliance"
DOCUMENTS = sorted(FOLDER.rglob("*.md"))
CONTROLS, THREATS = FOLDER / "controls.md", FOLDER / "threat-model.md"
STATES = ("shown", "partly", "not yet", "yours")
TEST = re.compile(r"`(tests/[\w/]+\.py)((?:::\w+)*)`")
FILE = re.compile(r"`((?:docs|infra|tools|local|layers|functions|requirements)/[\w./-]+\.\w+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(#[\w-]+)?\)")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def known(path: str) -> frozenset[str]:
    """As pytest spells them: `test_x`, `TestsOfSomething::test_x`."""
    found = set()
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    return frozenset(found)


def rows(document: Path) -> list[list[str]]:
    """The cells of each row of its tables, heads and rules left out."""
    lines = [line for line in document.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")] for line in lines]
    return [row for row in cells if not set(row[0]) <= {"-"} and row[0] not in ("article", "control", "id", "place", "what fails")]


def test_there_is_something_to_check() -> None:
    assert len(DOCUMENTS) >= 7
    assert sum(len(TEST.findall(path.read_text("utf-8"))) for path in DOCUMENTS) > 100


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_test_that_is_named_exists(path: Path) -> None:
    for file, test in TEST.findall(path.read_text("utf-8")):
        assert (ROOT / file).is_file(), file
        if test:
            assert test.removeprefix("::") in known(file), f"{file}{test}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_file_that_is_named_or_linked_exists(path: Path) -> None:
    text = path.read_text("utf-8")
    for file in FILE.findall(text):
        assert (ROOT / file).is_file(), file
    for target, anchor in LINK.findall(text):
        if not target.startswith("http"):
            assert (path.parent / target).resolve().exists(), f"{target}{anchor}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_command_of_ours_that_is_named_exists(path: Path) -> None:
    text = path.read_text("utf-8")
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for line in re.findall(r"`make ([\w -]+)", text):
        assert line.split()[0] in targets, f"make {line}"
    for module in re.findall(r"`python -m ([\w.]+)", text):
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), module


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_route_that_is_named_is_served(path: Path) -> None:
    from switchboard.entry.desk_api import ROUTES

    for method, route in re.findall(r"`(GET|PUT|POST|DELETE) (/v1/[\w/{}-]+)", path.read_text("utf-8")):
        assert (method, route) in ROUTES, f"{method} {route}"


def test_a_control_has_a_state_and_what_is_shown_has_a_test() -> None:
    found = [row for row in rows(CONTROLS) if len(row) == 5]
    assert len(found) > 40
    for row in found:
        requirement, _, mechanism, state, evidence = row
        assert state.startswith(STATES), f"{requirement}: {state}"
        if state.startswith(("shown", "partly")):
            assert mechanism, requirement
            assert TEST.search(evidence), f"{requirement} is called {state} and no test shows it"
        if state == "shown":
            assert "not yet" not in mechanism, requirement


def test_every_row_of_controls_was_read() -> None:
    """A row with a cell too many or too few would be passed over above."""
    assert [row[0] for row in rows(CONTROLS) if len(row) != 5] == []


def test_a_threat_has_a_kind_a_mechanism_and_a_test() -> None:
    threats = [row for row in rows(THREATS) if re.fullmatch(r"[A-Z]\d+", row[0])]
    assert len(threats) > 40
    assert len({row[0] for row in threats}) == len(threats)
    for row in threats:
        number, kinds, threat, mechanism, evidence = row
        assert set(kinds.split(", ")) <= set("STRIDE"), number
        assert threat, number
        assert mechanism, number
        assert TEST.search(evidence), f"{number} has no test: it is a gap"
    assert {kind for row in threats for kind in row[1].split(", ")} == set("STRIDE"), "all six are thought of"
