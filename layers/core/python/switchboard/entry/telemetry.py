"""Logger, metrics and tracer of a function. Payloads are never logged: an event may hold a customer's words."""

from __future__ import annotations

import json
import logging
import re
from functools import partial

from aws_lambda_powertools import Logger, Metrics

from switchboard.domain.errors import SwitchboardError

NAMESPACE = "Switchboard"

for _chatty in ("botocore", "boto3", "urllib3", "pynamodb"):  # at DEBUG they print secrets, tokens and plaintext keys
    logging.getLogger(_chatty).setLevel(logging.WARNING)

LONGEST_DIMENSION = 64
_UNTOLD = re.compile(r"[^A-Za-z0-9_.:#/ -]")  # a stranger's word may stand in a dimension: no line of its own, no mark-up

# In ASCII alone: what ends a line or steers a terminal, in any script's way, is written out instead of done.
_as_line = partial(json.dumps, ensure_ascii=True, default=str)
logger = Logger(service="switchboard", log_uncaught_exceptions=False, json_serializer=_as_line)
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
