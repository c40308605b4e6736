"""Logger, metrics and tracer of a function. Payloads are never logged: an event may hold a customer's words."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics

NAMESPACE = "Switchboard"

logger = Logger(service="switchboard", log_uncaught_exceptions=False)
metrics = Metrics(namespace=NAMESPACE, service="switchboard")


def count(name: str, value: float = 1, **dimensions: str) -> None:
    """One metric with its own dimensions, in the embedded metric format."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=NAMESPACE) as metric:
        for key, text in dimensions.items():
            metric.add_dimension(name=key, value=text)
