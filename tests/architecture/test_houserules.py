"""Rules of the house that no linter knows: thin functions, small files, every module says what it is for."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "layers" / "core" / "python" / "switchboard"
HANDLERS = sorted((ROOT / "functions").glob("*/handler.py"))
MODULES = sorted(CORE.rglob("*.py"))
HANDLER_LINES, FILE_LINES = 60, 500

# Besides the standard library, a function is made of these alone. `switchboard.adapters.sqs.outbound` holds the timers' wire form.
FUNCTIONS_MAY_IMPORT = (
    "switchboard.bootstrap", "switchboard.entry", "switchboard.domain.errors", "switchboard.adapters.sqs.outbound",
    "aws_lambda_powertools", "chalice",
)  # fmt: skip


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> set[str]:
    """The modules a file imports, in full."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where things come from"
            found.add(node.module or "")
    return found


def test_there_is_something_to_check() -> None:
    assert len(HANDLERS) >= 11
    assert len(MODULES) >= 50


@pytest.mark.parametrize("path", HANDLERS, ids=name)
def test_a_handler_is_thin(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= HANDLER_LINES
    assert [p.name for p in path.parent.glob("*.py")] == ["handler.py"]


@pytest.mark.parametrize("path", HANDLERS, ids=name)
def test_a_handler_imports_the_composition_root_and_the_edge_alone(path: Path) -> None:
    foreign = {
        module for module in imports(path)
        if module.partition(".")[0] not in sys.stdlib_module_names
        and not any(module == allowed or module.startswith(allowed + ".") for allowed in FUNCTIONS_MAY_IMPORT)
    }  # fmt: skip
    assert foreign == set()


@pytest.mark.parametrize("path", HANDLERS, ids=name)
def test_a_handler_has_its_entry(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    [handler] = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "handler"]
    assert [a.arg for a in handler.args.args] == ["event", "context"]


@pytest.mark.parametrize("path", [*MODULES, *HANDLERS], ids=name)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_file_is_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= FILE_LINES


@pytest.mark.parametrize("path", sorted((CORE / "domain").rglob("*.py")), ids=name)
def test_the_domain_asks_no_clock_and_no_environment(path: Path) -> None:
    """import-linter sees modules; a call such as `datetime.now` needs a look inside."""
    calls = {
        n.func.attr for n in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    }  # fmt: skip
    assert not calls & {"now", "utcnow", "today", "time", "monotonic", "getenv", "urandom", "random"}
    assert not imports(path) & {"os", "time", "random", "secrets", "socket", "logging"}


@pytest.mark.parametrize("path", sorted((CORE / "application").rglob("*.py")), ids=name)
def test_use_cases_ask_the_clock_they_were_given(path: Path) -> None:
    for n in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr in ("now", "utcnow", "today"):
            assert ast.unparse(n.func.value).endswith("clock"), f"line {n.lineno} reads the machine's clock"


def test_the_edge_asks_the_clock_of_the_process() -> None:
    offenders = [
        f"{name(path)}:{n.lineno}" for path in sorted((CORE / "entry").rglob("*.py"))
        for n in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr in ("now", "utcnow", "today")
        and not ast.unparse(n.func.value).endswith("clock")
    ]  # fmt: skip
    assert offenders == []


SOURCES = [p for folder in ("layers/core", "functions", "infra", "tests/unit", "tests/fakes") for p in (ROOT / folder).rglob("*")
           if p.suffix in (".py", ".yaml", ".json", ".md")]  # fmt: skip


def test_nothing_names_paths_of_one_machine() -> None:
    forbidden = ("/" + "work/", "/" + "root/", "py" + "env", "." + "library")
    offenders = [name(p) for p in SOURCES if any(f in p.read_text("utf-8") for f in forbidden)]
    assert offenders == []
