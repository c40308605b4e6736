"""Logger, metrics and tracer of a function. Payloads are never logged: an event may hold a customer's words. What slips into a line
all the same is redacted here, the one place where logs are made (docs/privacy.md)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger, Metrics

from switchboard.domain.errors import SwitchboardError
from switchboard.entry.log_redaction import Redacting, Wordless, dumps, without_words

NAMESPACE = "Switchboard"

for _chatty in ("botocore", "boto3", "urllib3", "pynamodb"):  # at DEBUG they print secrets, tokens and plaintext keys
    logging.getLogger(_chatty).setLevel(logging.WARNING)

LONGEST_DIMENSION = 64
_UNTOLD = re.compile(r"[^A-Za-z0-9_.:#/ -]")  # a stranger's word may stand in a dimension: no line of its own, no mark-up


class _Logger(Logger):
    """Powertools' logger; every function's handler is wrapped by it."""

    def inject_lambda_context(self, lambda_handler: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The same, and an exception that the function ends with holds nothing personal: the runtime logs its words."""
        if lambda_handler is None:
            return lambda handler: self.inject_lambda_context(handler, *args, **kwargs)
        return super().inject_lambda_context(_guarded(lambda_handler), *args, **kwargs)


def _guarded(handler: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(handler)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return handler(*args, **kwargs)
        except (Exception, BaseExceptionGroup) as error:
            failure = without_words(error)
        raise failure

    return guarded


for _handler in logging.getLogger().handlers:  # Lambda's own, through which everybody else's loggers speak
    _handler.addFilter(Redacting())

logger = _Logger(service="switchboard", log_uncaught_exceptions=False, json_serializer=dumps)
for _handler in logger.handlers:
    _handler.addFilter(Wordless())
metrics = Metrics(namespace=NAMESPACE, service="switchboard")


def count(name: str, value: float = 1, **dimensions: str) -> None:
    """One metric with its own dimensions, in the embedded metric format."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=NAMESPACE) as metric:
        for key, text in dimensions.items():
            metric.add_dimension(name=key, value=_UNTOLD.sub("?", text)[:LONGEST_DIMENSION] or "?")


def failed(what: str, error: Exception, **extra: object) -> None:
    """Log a failure by its type and place. Only our own errors' words are known to hold nothing personal."""
    words = str(error) if isinstance(error, SwitchboardError) else ""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace is not None else ""
    logger.error(what, extra={"error": type(error).__name__, "reason": words, "place": place, **extra})


def settings_trouble(error: Exception) -> None:
    """Count that the bot went on with the policy or the flows it had, for those in force could not be read."""
    count("SettingsTrouble", kind=type(error).__name__)
    failed("the bot's settings could not be read again", error)
