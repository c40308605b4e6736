"""Rules of safety that a reader of the code can check: how secrets are compared, who may open a line to the outside, what is never
used, and that whatever is passed over says why."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "layers" / "core" / "python" / "switchboard"
SHIPPED = [*sorted(CORE.rglob("*.py")), *sorted((ROOT / "functions").rglob("*.py"))]
OURS = [*SHIPPED, *(path for folder in ("local", "tools") for path in sorted((ROOT / folder).rglob("*.py")))]
WEB = [p for part in ("console", "widget", "shop", "shared") for p in sorted((ROOT / "web" / part).rglob("*.ts*"))]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


# -- comparing -----------------------------------------------------------------------------------------------

SECRET = re.compile(r"(^|_)(signatures?|secrets?|macs?|hmac|tokens?|tickets?|passwords?|digest|hexdigest|otp|bearer|authorization)$")
# Where no secret is compared although a word says so: what, and why. An entry that is needed no longer fails.
NO_SECRET = {
    ("channels/whatsapp.py", "secret(account, 'phone_number_id')"): "an id that stands in every post, kept beside the secrets",
    ("domain/dialogue/talk.py", "frame.digest"): "which wording of a flow the customer was asked in",
}


def comparisons(tree: ast.AST) -> Iterator[tuple[ast.Compare, str]]:
    """Each comparison for equality or membership with an operand that is named like a secret."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for op in node.ops):
            sides = [node.left, *node.comparators]
            if any(isinstance(s, ast.Constant) and not s.value for s in sides):
                continue  # whether there is one at all
            for side in sides:
                for told in named(side):
                    if SECRET.search(told):
                        yield node, ast.unparse(side)
                        break


def named(side: ast.expr) -> list[str]:
    match side:
        case ast.Name():
            return [side.id]
        case ast.Attribute():
            return [side.attr]
        case ast.Call():
            return named(side.func)
        case ast.Subscript(slice=ast.Constant(value=str() as key)):
            return [key, *named(side.value)]
        case _:
            return []


def test_the_rule_sees_what_it_is_about() -> None:
    code = "given == mac.hexdigest()\nticket != kept.ticket\nheaders['signature'] == sign(x)\ntoken in tokens\nn == 1\nx = token == ''"
    assert len({id(node) for node, _ in comparisons(ast.parse(code))}) == 4


def test_secrets_are_compared_in_constant_time() -> None:
    """`==` ends at the first character that differs, and the time it takes tells how many were right."""
    found = {
        (path.relative_to(CORE).as_posix() if path.is_relative_to(CORE) else name(path), told)
        for path in SHIPPED
        for _, told in comparisons(ast.parse(path.read_text("utf-8")))
    }
    assert found - set(NO_SECRET) == set(), "use hmac.compare_digest"
    assert set(NO_SECRET) - found == set(), "an exception nobody needs"


# -- what is used ----------------------------------------------------------------------------------------------------

# Who may speak to the outside without an AWS client: the one place where addresses are judged.
LINES = "layers/core/python/switchboard/adapters/vendor/lines.py"
NETWORK = re.compile(
    r"\b(socket\.(create_connection|socket)|HTTPS?Connection\(|PoolManager|ProxyManager|urlopen|urlretrieve)"
)
UNPACKING = {"decompress", "decompressobj", "GzipFile", "extractall", "open"}  # of gzip and zlib; packing is fine
# (file of the core, call): what is unpacked, and what bounds it
UNPACKED = {("domain/audit/archive.py", "gzip.open"): "the audit's files, which only we write; no more than MOST_BYTES is read"}
PACKS, PACKING = "layers/core/python/switchboard/application/export_pack.py", {"ZIP_DEFLATED", "ZipFile", "ZipInfo"}  # writes alone
FORBIDDEN = {
    "pickle", "cPickle", "dill", "shelve", "marshal", "jsonpickle",  # they run what they read
    "telnetlib", "ftplib", "requests", "httpx", "aiohttp",  # lines that judge no address
    "zipfile", "tarfile", "bz2", "lzma", "PIL",  # nothing that a stranger sends is unpacked; who needs to, bounds it first
    "xml.dom", "xml.sax", "lxml",  # entities
}  # fmt: skip


def imported(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


@pytest.mark.parametrize("path", SHIPPED, ids=name)
def test_only_one_module_opens_lines_to_chosen_addresses(path: Path) -> None:
    if name(path) == LINES:
        assert NETWORK.search(path.read_text("utf-8"))
    else:
        code = ast.unparse(ast.parse(path.read_text("utf-8")))  # without remarks
        assert not NETWORK.search(re.sub(r'""".*?"""', "", code, flags=re.S))


@pytest.mark.parametrize("path", SHIPPED, ids=name)
def test_nothing_is_used_that_runs_unpacks_or_expands_what_it_reads(path: Path) -> None:
    for module, what in imported(path):
        if module == "zipfile" and (what == "BadZipFile" or (what in PACKING and name(path) == PACKS)):
            continue
        assert module not in FORBIDDEN, module
        assert not (module.startswith("xml.") and what != "ParseError"), "XML is read by defusedxml alone"
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "exec", "compile", "__import__"}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func) == "np.load":
            assert any(k.arg == "allow_pickle" and getattr(k.value, "value", None) is False for k in node.keywords)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"gzip", "zlib"}:
            where = (path.relative_to(CORE).as_posix() if path.is_relative_to(CORE) else name(path), ast.unparse(node))
            assert node.attr not in UNPACKING or UNPACKED.get(where), where
    assert not [what for module, what in imported(path) if module in {"gzip", "zlib"} and what in UNPACKING]


def test_no_page_keeps_a_cookie_or_writes_mark_up_that_somebody_wrote() -> None:
    assert len(WEB) > 50
    ours = 'svg.innerHTML = ICONS[name]; // our own constants, never a message'
    words = (
        "document.cookie", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "srcdoc",
        "dangerouslySetInnerHTML",
    )  # fmt: skip
    for path in WEB:
        text = path.read_text("utf-8").replace(ours, "")
        for word in words:
            assert word not in text, f"{name(path)}: {word}"


# -- what is passed over ------------------------------------------------------------------------------------------------

NOQA = re.compile(r"#\s*noqa:\s*S\d+(?P<rest>.*)")
SKIP = re.compile(r"#\s*checkov:skip=\w+(?P<rest>.*)")


def reason(rest: str) -> str:
    return re.sub(r"[^A-Za-z]", "", rest)


def test_whatever_a_scanner_is_told_to_pass_over_says_why() -> None:
    """Beside the line, where whoever changes the line reads it."""
    found = 0
    for path in OURS:
        for line in path.read_text("utf-8").splitlines():
            if match := NOQA.search(line):
                found += 1
                assert len(reason(match["rest"])) >= 8, f"{name(path)}: {line.strip()}"
    for path in [ROOT / "template.yaml", *sorted((ROOT / "infra").glob("*.yaml"))]:
        for line in path.read_text("utf-8").splitlines():
            if match := SKIP.search(line):
                found += 1
                assert len(reason(match["rest"])) >= 20, f"{name(path)}: {line.strip()}"
    for line in (ROOT / ".checkov.yaml").read_text("utf-8").splitlines():
        if line.strip().startswith("- CKV"):
            found += 1
            assert len(reason(line.partition("#")[2])) >= 20, line
    assert found > 10


def test_who_packs_unpacks_nothing() -> None:
    made = [n for n in ast.walk(ast.parse((ROOT / PACKS).read_text("utf-8"))) if isinstance(n, ast.Call)]
    zips = [n for n in made if ast.unparse(n.func) in ("ZipFile", "zip_.open")]
    assert len(zips) == 2
    assert all(ast.unparse(n.args[1]) == "'w'" for n in zips)
    assert not [n for n in made if ast.unparse(n.func).endswith((".extract", ".extractall", ".read"))]
