"""Whatever is logged, nothing personal is in the line: messages, extra fields, exceptions, other people's loggers, every handler."""

from __future__ import annotations

import importlib
import io
import json
import logging
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pydantic
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.errors import StorageUnavailable
from switchboard.entry import telemetry
from switchboard.entry.log_redaction import FunctionFailed, Redacting, account
from tests.unit.process import CONTEXT

PLANTED = {
    "card": "4111 1111 1111 1111", "iban": "DE89 3704 0044 0532 0130 00", "email": "nadja.berg@web.de", "phone": "+49 170 1234567",
    "cn_id": "11010519491231002X", "us_ssn": "SSN 078-05-1120", "de_id": "Steuer-ID 86095742719", "fr_nir": "1 84 12 76 451 089 46",
    "es_id": "DNI 12345678Z", "it_cf": "RSSMRA85T10A562S", "br_cpf": "529.982.247-25", "in_id": "PAN ABCPK1234F",
    "passport": "passport C01X00T47",
}  # fmt: skip
ALL = "; ".join(PLANTED.values())
SECRETS = [v.split(" ")[-1] if k in ("us_ssn", "de_id", "es_id", "in_id", "passport") else v for k, v in PLANTED.items()]
HANDLERS = sorted(p.parent.name for p in (Path(__file__).parents[2] / "functions").glob("*/handler.py"))


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    [handler] = [h for h in telemetry.logger.handlers if isinstance(h, logging.StreamHandler)]
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before)


def clean(text: str) -> bool:
    shown = text.replace("\\n", "\n")
    return text != "" and not [s for s in SECRETS if s in shown]


@pytest.mark.parametrize("kind", PLANTED)
def test_each_kind_is_named_and_not_shown(lines: io.StringIO, kind: str) -> None:
    telemetry.logger.info(f"said {PLANTED[kind]} today")
    line = json.loads(lines.getvalue())
    assert f"[{kind}]" in line["message"]
    assert clean(lines.getvalue())


def test_a_cards_security_code_is_no_more_shown_than_its_number(lines: io.StringIO) -> None:
    telemetry.logger.info("said cvv 987 today")
    telemetry.logger.info("said 4111 1111 1111 1111 12/27 986")
    assert "987" not in lines.getvalue()
    assert "986" not in lines.getvalue()


def test_extra_fields_however_deep(lines: io.StringIO) -> None:
    class Odd:
        def __str__(self) -> str:
            return ALL

    deep = {"list": [ALL, {"key": (ALL,)}], ALL: 1}
    extra = {"said": ALL, "deep": deep, "odd": Odd(), "error_": ValueError(ALL), "n": 4111111111111111}
    telemetry.logger.warning("x", extra=extra)
    assert clean(lines.getvalue())
    assert "4111111111111111" not in lines.getvalue()


def test_exceptions_and_their_causes(lines: io.StringIO) -> None:
    try:
        try:
            raise KeyError(ALL)
        except KeyError as cause:
            raise ValueError(f"because of {ALL}") from cause
    except ValueError:
        telemetry.logger.exception("broken by %s", ALL)
    assert clean(lines.getvalue())
    assert "[email]" in lines.getvalue()


def test_our_own_helpers(lines: io.StringIO) -> None:
    from switchboard.domain.errors import Malformed

    telemetry.failed("it failed", Malformed(ALL), said=ALL)
    assert clean(lines.getvalue())


def test_what_an_operator_needs_stays(lines: io.StringIO) -> None:
    extra = {"conversation": "c01jd3zq8v5w6x7y8z9abcdefgh-00000001", "records": 10, "place": "store.py:120",
             "arn": "arn:aws:lambda:eu-central-1:123456789012:function:x", "took": 12.5, "at": "2026-11-23T19:05:01.123Z"}  # fmt: skip
    telemetry.logger.info("done", extra=extra)
    line = json.loads(lines.getvalue())
    assert {k: line[k] for k in extra} == extra
    assert line["level"] == "INFO"
    assert line["service"] == "switchboard"


def test_other_peoples_loggers() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(Redacting())
    other = logging.getLogger("somebody.else")
    other.addHandler(handler)
    other.propagate = False
    try:
        raise RuntimeError(ALL)
    except RuntimeError:
        other.exception("with %s", ALL)
    assert clean(stream.getvalue())


@pytest.mark.parametrize("name", HANDLERS)
def test_a_function_that_ends_with_an_exception_says_nothing_personal(
    name: str, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda's runtime logs an exception's words. Each handler is entered; its first step fails with everything planted."""
    module = importlib.import_module(f"functions.{name}.handler")

    def broken(*_: Any, **__: Any) -> Any:
        telemetry.logger.error("about to fail: %s", ALL, extra={"said": ALL})
        raise RuntimeError(f"boom {ALL}", ALL, {"said": ALL})

    for attribute in ("services", "receive", "route", "deliver"):
        if hasattr(module, attribute):
            monkeypatch.setattr(module, attribute, broken)
    event: dict[str, Any] = {
        "Records": [{"body": ALL, "messageId": "m", "attributes": {"ApproximateReceiveCount": "1"}, "dynamodb": {"NewImage": {}}}],
        "requestContext": {"connectionId": "x", "eventType": "MESSAGE", "resourcePath": "/v1/me", "httpMethod": "GET",
                           "routeKey": "$default"},
        "body": ALL, "headers": {}, "httpMethod": "GET", "resource": "/v1/me",
    }  # fmt: skip
    said = ""
    try:
        module.handler(event, CONTEXT)
    except Exception as error:
        said = f"{error!r} {error}"
    assert not [s for s in SECRETS if s in said]
    assert not [s for s in SECRETS if s in lines.getvalue()]


# -- exceptions: whatever they hold, wherever they hold it --------------------------------------------------------


class Form(pydantic.BaseModel):
    number: int


SECRET = "opensesame-wer-wohnt-im-Apfelbaum"  # no pattern of personal data finds it


def of_pydantic() -> Exception:
    try:
        Form.model_validate({"number": SECRET, SECRET: 1})
    except pydantic.ValidationError as error:
        return error
    raise AssertionError


def of_unicode() -> Exception:
    try:
        (SECRET.encode() + b"\xff").decode()
    except UnicodeDecodeError as error:
        return error
    raise AssertionError


class Holding(Exception):
    """Shows what it holds in none of its arguments."""

    def __init__(self) -> None:
        super().__init__()
        self.code = SECRET  # an instance may call anything its code

    def __str__(self) -> str:
        return SECRET


class Answered(Exception):
    response: Mapping[str, Any] = {"Error": {"Code": f"{SECRET} {SECRET}", "Message": SECRET}}


PLAIN: list[Callable[[], Exception]] = [
    of_pydantic, of_unicode, Holding, lambda: Answered(SECRET), lambda: ValueError(SECRET), lambda: KeyError({SECRET: [SECRET]}),
    lambda: OSError(2, SECRET, SECRET), lambda: json.JSONDecodeError(SECRET, SECRET, 0), lambda: StopIteration(SECRET),
    lambda: ClientError({"Error": {"Code": "Throttled", "Message": SECRET}, "Secret": SECRET}, "GetItem"),
]  # fmt: skip


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        if cause is None:
            raise error
        try:
            raise cause
        except BaseException:
            raise error  # noqa: B904 - the context is the point
    except BaseException as caught:
        return caught


def noted(error: Exception) -> Exception:
    error.add_note(SECRET)
    return error


def caused(error: Exception, by: Exception) -> Exception:
    error.__cause__ = by
    return error


kinds = st.sampled_from(PLAIN).map(lambda make: make())
nested: st.SearchStrategy[Exception] = st.recursive(kinds, lambda inner: st.one_of(
    inner.map(noted),
    st.lists(inner, min_size=1, max_size=3).map(lambda members: ExceptionGroup(SECRET, members)),
    st.tuples(kinds, inner).map(lambda pair: caused(*pair)),
    st.tuples(kinds, inner).map(lambda pair: cast(Exception, raised(*pair))),
    st.tuples(inner).map(lambda args: RuntimeError(*args)),  # as an argument of another
), max_leaves=6)  # fmt: skip


@pytest.fixture(scope="module")
def shared_lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    [handler] = [h for h in telemetry.logger.handlers if isinstance(h, logging.StreamHandler)]
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before)


@given(error=nested)
def test_a_secret_in_an_exception_of_any_kind_however_nested_is_in_no_line(shared_lines: io.StringIO, error: Exception) -> None:
    shared_lines.seek(0)
    shared_lines.truncate()
    other = io.StringIO()
    handler = logging.StreamHandler(other)
    handler.addFilter(Redacting())
    other_logger = logging.Logger("other")
    other_logger.addHandler(handler)
    for logger in (telemetry.logger, other_logger):
        try:
            raise error
        except Exception as caught:
            logger.exception("broken")
            logger.error("broken by %s and %r", caught, caught)  # noqa: TRY400 - its arguments are the point
            logger.error(caught)  # noqa: TRY400 - the same
            logger.warning("broken", extra={"why": caught, "all": [{"deep": caught}]})
            telemetry.failed("it failed", caught)
    for text in (shared_lines.getvalue(), other.getvalue()):
        assert SECRET not in text
        assert type(error).__name__ in text

    def broken(event: Any, context: Any) -> None:
        raise error

    with pytest.raises(FunctionFailed) as ended:
        telemetry.logger.inject_lambda_context(broken)({}, CONTEXT)
    assert SECRET not in "".join(traceback.format_exception(ended.value))
    assert ended.value.__context__ is None
    assert ended.value.__cause__ is None
    assert type(error).__name__ in str(ended.value)


def test_what_an_operator_needs_of_an_exception_stays() -> None:
    """Which error, the service's or our code for it, where, and what was behind it."""
    try:
        try:
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": SECRET}}, "GetItem")
        except ClientError as cause:
            raise StorageUnavailable(SECRET) from cause
    except StorageUnavailable as error:
        told = account(error)
    place = r"at test_privacy_logs\.py:\d+"
    assert re.fullmatch(rf"StorageUnavailable \(storage_unavailable\) {place} <- ClientError \(ThrottlingException\) {place}", told)
    group = account(ExceptionGroup(SECRET, [ValueError(SECRET), FileNotFoundError(2, SECRET)]))
    assert group == "ExceptionGroup of 2 [ValueError, FileNotFoundError (ENOENT)]"


def test_a_function_that_ends_keeps_its_trace() -> None:
    def deep() -> None:
        raise KeyError(SECRET)

    with pytest.raises(FunctionFailed) as ended:
        telemetry.logger.inject_lambda_context(lambda event, context: deep())({}, CONTEXT)
    assert traceback.extract_tb(ended.value.__traceback__)[-1].name == "deep"


def test_exceptions_in_a_circle_end() -> None:
    one, two = ValueError(SECRET), KeyError(SECRET)
    one.__cause__, two.__cause__ = two, one
    assert account(one) == "ValueError <- KeyError"
