"""No log line holds personal data: whatever is logged, by whom and how, passes here once before it is written.

What a kind of data was stays readable ("[email]"), for an operator must see that something was there."""

from __future__ import annotations

import errno
import json
import logging
import re
import traceback
from collections.abc import Mapping
from typing import Any

_OURS = frozenset({
    "timestamp", "level", "location", "service", "sampling_rate", "xray_trace_id", "cold_start", "function_name", "function_arn",
    "function_memory_size", "function_request_id",
})  # fmt: skip
"""Made by the logger itself."""
_DEEPEST = 12
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,63}")
_MOST_CAUSES, _MOST_MEMBERS, _MOST_FRAMES = 6, 4, 20


def redacted(value: Any, depth: int = 0) -> Any:
    """A value in JSON's types (others by their words), personal data replaced by what it was."""
    match value:
        case BaseException():
            return account(value)
        case str():
            return _text(value)
        case None | bool() | float():
            return value
        case int():
            return value if abs(value) < 10**12 else _text(str(value))
        case Mapping() if depth < _DEEPEST:
            return {_text(str(k)): redacted(v, depth + 1) for k, v in value.items()}
        case list() | tuple() | set() | frozenset() if depth < _DEEPEST:
            return [redacted(v, depth + 1) for v in value]
        case _:
            return _text(str(value))


def _text(text: str) -> str:
    if not any(map(str.isdigit, text)) and "@" not in text:
        return text
    from switchboard.domain.privacy.detector import detect  # a function that starts waits for no patterns it may never need
    from switchboard.domain.privacy.kinds import DOUBTFUL, Kind
    from switchboard.domain.privacy.masking import without_codes

    parts, at, card = list[str](), 0, False
    for f in detect(text, least=DOUBTFUL):
        if f.certainty == DOUBTFUL and f.kind is not Kind.CARD:  # in doubt whether a number is a card's, it is: nobody misses it here
            continue
        parts += [text[at : f.start], f"[{f.kind.value}]"]
        at, card = f.end, card or f.kind is Kind.CARD
    return without_codes("".join([*parts, text[at:]]), card=card)


def dumps(record: Mapping[str, Any]) -> str:
    """A log record as the logger writes it. In ASCII alone: what ends a line or steers a terminal, in any script's way, is written out
    instead of done."""
    safe = {k: v if k in _OURS else redacted(v) for k, v in record.items()}
    return json.dumps(safe, ensure_ascii=True, separators=(",", ":"), default=redacted)


def account(error: BaseException) -> str:
    """An exception without its words: its class, its code where it has one, and the place in our code that raised it; the same of
    what it holds and of what caused it. Words may hold anything: what a customer wrote (pydantic's input, the bytes that are no
    UTF-8), in places that no pattern finds it."""
    told, seen, cause = list[str](), set[int](), error
    while cause is not None and id(cause) not in seen and len(told) < _MOST_CAUSES:
        seen.add(id(cause))
        told.append(_one(cause))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)  # type: ignore[assignment]
    return " <- ".join(told)


def _one(error: BaseException) -> str:
    code = _code(error)
    frames = traceback.extract_tb(error.__traceback__, limit=-1)
    place = f" at {frames[0].filename.rpartition('/')[2]}:{frames[0].lineno}" if frames else ""
    members = ""
    if isinstance(error, BaseExceptionGroup):
        inner = [_one(e) for e in error.exceptions[:_MOST_MEMBERS]]
        members = f" of {len(error.exceptions)} [{', '.join(inner)}]"
    return f"{type(error).__name__}{f' ({code})' if code else ''}{place}{members}"


def _code(error: BaseException) -> str:
    """What a machine called it: a code of ours, of an AWS service or of the system."""
    code: object = getattr(type(error), "code", None)  # of the class: an instance's own may be anything
    response = getattr(error, "response", None)
    if isinstance(response, Mapping) and isinstance(response.get("Error"), Mapping):
        code = response["Error"].get("Code")
    elif isinstance(error, OSError) and isinstance(error.errno, int):
        code = errno.errorcode.get(error.errno)
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _frames(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__, limit=-_MOST_FRAMES)
    return "".join(f"\n  {f.filename}:{f.lineno} {f.name}" for f in frames)


class Wordless(logging.Filter):
    """For our own logger's handlers: the exceptions of a record, as its message, in it or beside it, become accounts of them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, BaseException):
            record.msg = account(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(account(a) if isinstance(a, BaseException) else a for a in record.args)
        elif isinstance(record.args, Mapping):
            record.args = {k: account(a) if isinstance(a, BaseException) else a for k, a in record.args.items()}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.exc_text = account(error) + _frames(error)
            record.exception, record.exception_name = record.exc_text, type(error).__name__  # where Powertools looks first
        record.exc_info = None
        return True


class Redacting(Wordless):
    """For handlers of other loggers: a record's message too, redacted before anybody formats it."""

    def filter(self, record: logging.LogRecord) -> bool:
        super().filter(record)
        record.msg, record.args = _text(record.getMessage()), ()
        return True


class FunctionFailed(Exception):
    """What a function ends with in place of an exception whose words Lambda's runtime would log."""


def without_words(error: BaseException) -> FunctionFailed:
    """What to raise in its place: the same trace, and no way back to it. Raise it after the `except` is over, or it is its context."""
    return FunctionFailed(account(error)).with_traceback(error.__traceback__)
