"""The one table that says what each typed error means at an edge."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import switchboard
from switchboard.domain import errors as e
from switchboard.entry.errors import body_of, frame_of, status_of

# What the API's contract promises of each code (docs/architecture.md).
PROMISED: dict[type[e.SwitchboardError], int] = {
    e.Malformed: 400, e.BadSignature: 401, e.Unauthenticated: 401, e.Forbidden: 403, e.NotFound: 404, e.NotAllowedNow: 409,
    e.CeilingReached: 409, e.Race: 409, e.Duplicate: 409, e.TooLarge: 413,
    e.Erased: 410, e.Unreadable: 422, e.Misconfigured: 500, e.VendorUnavailable: 502, e.StorageUnavailable: 503,
}  # fmt: skip


def all_errors() -> list[type[e.SwitchboardError]]:
    """Every typed error of the whole package, wherever it is defined."""
    for module in pkgutil.walk_packages(switchboard.__path__, "switchboard."):
        if ".onnx" not in module.name:  # the intent layer need not be installed here
            importlib.import_module(module.name)
    found, left = [], [e.SwitchboardError]
    while left:
        found.append(kind := left.pop())
        left += kind.__subclasses__()
    return [k for k in found if k.__module__.startswith("switchboard.")]


@pytest.mark.parametrize("kind", all_errors(), ids=lambda k: k.__name__)
def test_every_typed_error_has_its_place_in_the_table(kind: type[e.SwitchboardError]) -> None:
    error = kind.__new__(kind)
    error.args = ("what to do",)
    if kind is e.SwitchboardError:
        assert status_of(error) == 500
        return
    promised = [status for known, status in PROMISED.items() if issubclass(kind, known)]
    assert promised, f"{kind.__name__} is neither in the table nor below an error that is"
    assert status_of(error) == promised[0]


def test_codes_are_stable_words_and_tell_errors_apart() -> None:
    codes = {kind: kind("x").code for kind in PROMISED}
    assert len(set(codes.values())) == len(PROMISED)
    assert all(code.isidentifier() and code.islower() for code in codes.values())


def test_an_answer_names_code_and_what_to_do_on_both_edges() -> None:
    error = e.NotAllowedNow("choose another")
    assert body_of(error) == {"code": "not_allowed_now", "message": "choose another"}
    assert frame_of(error, "q1") == {"type": "error", "id": "q1", "code": "not_allowed_now", "message": "choose another"}
