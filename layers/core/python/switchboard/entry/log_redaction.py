"""No log line holds personal data: whatever is logged, by whom and how, passes here once before it is written.

What a kind of data was stays readable ("[email]"), for an operator must see that something was there."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

_OURS = frozenset({
    "timestamp", "level", "location", "service", "sampling_rate", "xray_trace_id", "cold_start", "function_name", "function_arn",
    "function_memory_size", "function_request_id",
})  # fmt: skip
"""Made by the logger itself."""
_DEEPEST = 12
_FORMATTER = logging.Formatter()


def redacted(value: Any, depth: int = 0) -> Any:
    """A value in JSON's types (others by their words), personal data replaced by what it was."""
    match value:
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
    return json.dumps(safe, ensure_ascii=True, separators=(",", ":"), default=lambda value: _text(str(value)))


class Redacting(logging.Filter):
    """For handlers of other loggers: a record's message and exception, redacted before anybody formats them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _text(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = _text(_FORMATTER.formatException(record.exc_info))
            record.exc_info = None
        return True


def without_words(error: BaseException) -> None:
    """Redact an exception's own words: Lambda's runtime logs those of one that a function ends with."""
    error.args = tuple(redacted(a) if isinstance(a, str | Mapping | list | tuple) else a for a in error.args)
