"""A report as people read it, and as figures against the product's targets."""

from __future__ import annotations

from collections.abc import Iterator

from .judgement import Report

_BY_LANGUAGE = {
    "accuracy": "accuracy", "macro_f1": "macro-F1", "sentiment_accuracy": "sentiment", "sentiment_macro_f1": "sent. F1",
    "language": "language",
}  # fmt: skip
MEAN_ACCURACY, LEAST_ACCURACY, LEAST_AUROC, MOST_CALIBRATION_ERROR, LEAST_ANGER_F1, LEAST_LANGUAGE = 0.90, 0.86, 0.95, 0.05, 0.80, 0.99
MOST_P50_MS, MOST_P99_MS = 6.0, 15.0


def tables(report: Report) -> Iterator[str]:
    """The lines to print."""
    columns = [*_BY_LANGUAGE.values(), "AUROC"]
    yield f"model {report['model']}, {sum(report['messages'].values())} messages"
    yield "          messages" + "".join(f"{column:>11}" for column in columns)
    for language, count in sorted(report["messages"].items()):
        values = [report[name][language] for name in _BY_LANGUAGE]
        values.append(report["out_of_scope"]["auroc_by_language"][language])
        yield f"{language:<10}{count:>8}" + "".join(f"{_plain(value):>11}" for value in values)
    means = [report[f"{name}_mean"] for name in _BY_LANGUAGE]
    yield f"{'mean':<18}" + "".join(f"{_plain(value):>11}" for value in means) + f"{_plain(report['out_of_scope']['auroc']):>11}"
    outside, anger = report["out_of_scope"], report["anger"]
    yield (
        f"out of scope: {_plain(outside['rejected'])} rejected, in scope {_plain(outside['in_scope_lost'])} lost;"
        f" {_plain(outside['rejected_at_5_percent_loss'])} would be rejected at a loss of 0.05"
    )
    yield (
        f"calibration error {_plain(report['calibration_error'])}, of the answers that name an intent"
        f" {_plain(report['calibration_error_of_intents'])}"
    )
    yield f"anger: precision {_plain(anger['precision'])}, recall {_plain(anger['recall'])}, F1 {_plain(anger['f1'])}"
    yield "one message, ms: " + ", ".join(f"{name.replace('_', ' ')} {value:.1f}" for name, value in report["latency_ms"].items())
    if report["confusions"]:
        yield "most confused:"
    for entry in report["confusions"]:
        yield f"  {entry['meant']} taken for {entry['taken_for']}: {entry['count']} of {entry['of']}"


def figure_lines(report: Report) -> list[str]:
    """`figure NAME VALUE TARGET ok|short`, a line each; what could not be measured is short."""
    latency = report["latency_ms"]
    return [
        _least("intent_accuracy_mean", report["accuracy_mean"], MEAN_ACCURACY),
        *(_least(f"intent_accuracy_{language}", value, LEAST_ACCURACY) for language, value in sorted(report["accuracy"].items())),
        _least("intent_out_of_scope_auroc", report["out_of_scope"]["auroc"], LEAST_AUROC),
        _most("intent_calibration_error", report["calibration_error"], MOST_CALIBRATION_ERROR),
        _least("intent_anger_f1", report["anger"]["f1"], LEAST_ANGER_F1),
        _least("intent_language_accuracy", report["language_mean"], LEAST_LANGUAGE),
        _most("intent_latency_p50", latency["p50"], MOST_P50_MS, "ms"),
        _most("intent_latency_p99", latency["p99"], MOST_P99_MS, "ms"),
    ]


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _exact(value: float | None) -> str:
    # so that what is short by little does not look met
    return "-" if value is None else f"{value:.5f}"


def _least(name: str, value: float | None, goal: float) -> str:
    verdict = "ok" if value is not None and value >= goal else "short"
    return f"figure {name} {_exact(value)} >={goal:g} {verdict}"


def _most(name: str, value: float | None, goal: float, unit: str = "") -> str:
    verdict = "ok" if value is not None and value <= goal else "short"
    return f"figure {name} {_exact(value)}{unit} <={goal:g}{unit} {verdict}"
