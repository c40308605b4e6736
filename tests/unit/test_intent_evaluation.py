"""The measures are right by hand-computed cases, and what is no labelled message is refused by its line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from layers.intent.builder.taxonomy import Taxonomy
from layers.intent.evaluation import metrics
from layers.intent.evaluation.judgement import Report, classify, in_scope_score, report_on
from layers.intent.evaluation.messages import Message, MessagesError, read_messages
from layers.intent.evaluation.printing import figure_lines, tables
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding

TAXONOMY = Taxonomy(("order_status", "praise"), ("en", "fr"), ("positive", "neutral", "negative", "angry"))
LINE = {"text": "where is it", "lang": "en", "intent": "order_status", "sentiment": "neutral"}


# -- measures ------------------------------------------------------------------------------------------


def test_the_area_under_the_curve_counts_won_pairs_and_half_of_ties() -> None:
    # of nine pairs, 0.9 wins three; 0.5 two and a tie; 0.1 a tie
    assert metrics.auroc([0.9, 0.5, 0.1], [0.5, 0.3, 0.1]) == pytest.approx((3 + 2.5 + 0.5) / 9)
    assert metrics.auroc([2, 3], [0, 1]) == 1
    assert metrics.auroc([0, 1], [2, 3]) == 0
    assert metrics.auroc([], [1]) is None


def test_the_calibration_error_is_the_mean_gap_over_bins() -> None:
    # two bins of two: [0, .5) says .3 and is half right, [.5, 1] says .9 and is all right
    answers = [(0.2, False), (0.4, True), (0.8, True), (1.0, True)]
    assert metrics.calibration_error(answers, bins=2) == pytest.approx((abs(0.6 - 1) + abs(1.8 - 2)) / 4)
    # in one bin, too low here makes up for too high there
    assert metrics.calibration_error(answers, bins=1) == pytest.approx(abs(2.4 - 3) / 4)
    assert metrics.calibration_error([]) is None


def test_f1_weighs_what_is_said_and_what_is_true() -> None:
    pairs = [("a", "a"), ("a", "b"), ("a", "a"), ("b", "a"), ("b", "b"), ("c", "a")]
    found = metrics.score(pairs, "a")
    assert [found.precision, found.recall, found.f1] == pytest.approx([2 / 4, 2 / 3, 4 / 7])
    assert metrics.score(pairs, "c") == metrics.Score(None, 0, 0)
    assert metrics.score(pairs, "d") == metrics.Score(None, None, None)
    assert metrics.macro_f1(pairs) == pytest.approx((4 / 7 + 2 / 4 + 0) / 3)


def test_the_rejected_share_loses_no_more_in_scope_than_allowed() -> None:
    inside = [number / 100 for number in range(100)]
    # five of a hundred lie below 0.05
    assert metrics.rejected_at_loss(inside, [0.01, 0.049, 0.05, 0.5], 0.05) == 0.5
    assert metrics.rejected_at_loss([0.5] * 10, [0.4, 0.5], 0.05) == 0.5


def test_a_percentile_is_one_of_the_values() -> None:
    assert metrics.percentile([5, 1, 4, 2, 3], 0.5) == 3
    assert metrics.percentile(list(range(1, 101)), 0.99) == 99
    assert metrics.percentile([7], 0.01) == 7


@pytest.mark.parametrize(
    ("answer", "score"),
    [
        (Understanding("praise", 0.8, "en"), 0.8),
        (Understanding(OUT_OF_SCOPE, 0.7, "en", (("praise", 0.2),)), 0.2),
        (Understanding(OUT_OF_SCOPE, 1.0, "und"), 0.0),
    ],
)
def test_what_speaks_for_being_in_scope_is_the_best_intent_rejected_or_not(answer: Understanding, score: float) -> None:
    assert in_scope_score(answer) == pytest.approx(score)


# -- the report ----------------------------------------------------------------------------------------


class Scripted:
    """Answers as the test says."""

    def __init__(self, answers: dict[str, Understanding]) -> None:
        self.answers = answers

    def classify(self, texts: Sequence[str]) -> list[Understanding]:
        return [self.answers.get(text, Understanding(OUT_OF_SCOPE, 1.0, "und")) for text in texts]


def judged(*rows: tuple[Message, Understanding]) -> Report:
    messages = [message for message, _ in rows]
    return report_on(classify(Scripted({message.text: answer for message, answer in rows}), messages))


def message(text: str, language: str = "en", intent: str = "praise", sentiment: str = "neutral") -> Message:
    return Message(text, language, intent, sentiment, "file:1")


@pytest.fixture(scope="module")
def report() -> Report:
    return judged(
        (message("a"), Understanding("praise", 0.9, "en", model="intent-1")),
        (message("b", sentiment="angry"), Understanding(OUT_OF_SCOPE, 0.6, "en", (("praise", 0.4),), sentiment="angry")),
        (message("c"), Understanding("order_status", 0.5, "en", sentiment="angry")),
        (message("d", intent=OUT_OF_SCOPE), Understanding(OUT_OF_SCOPE, 0.7, "fr", (("praise", 0.3),))),
        (message("a French message of some length", "fr"), Understanding("praise", 1.0, "fr")),
        (message("another that is taken for English", "fr"), Understanding("praise", 1.0, "en")),
    )


def test_a_rejection_in_scope_is_wrong_and_out_of_scope_does_not_count(report: Report) -> None:
    assert report["accuracy"] == {"en": pytest.approx(1 / 3), "fr": 1.0}
    assert report["accuracy_mean"] == pytest.approx(2 / 3)
    assert report["model"] == "intent-1"
    assert report["messages"] == {"en": 4, "fr": 2}


def test_confusions_name_both_labels_and_how_many_there_were(report: Report) -> None:
    assert report["confusions"] == [
        {"meant": "praise", "taken_for": "order_status", "count": 1, "of": 5},
        {"meant": "praise", "taken_for": OUT_OF_SCOPE, "count": 1, "of": 5},
    ]


def test_out_of_scope_anger_and_language_are_measured_apart(report: Report) -> None:
    assert report["out_of_scope"]["auroc"] == 1
    assert report["out_of_scope"]["in_scope_lost"] == pytest.approx(1 / 5)
    assert report["anger"] == {"precision": 0.5, "recall": 1.0, "f1": pytest.approx(2 / 3)}
    assert report["language"] == {"en": None, "fr": 0.5}
    assert report["sentiment_accuracy"]["en"] == pytest.approx(3 / 4)


def test_the_report_is_json_and_figures_judge_it(report: Report) -> None:
    assert json.loads(json.dumps(report)) == report
    lines = figure_lines(report)
    assert "figure intent_accuracy_en 0.33333 >=0.86 short" in lines
    assert "figure intent_accuracy_fr 1.00000 >=0.86 ok" in lines
    assert all(line.endswith((" ok", " short")) for line in lines)
    assert any("praise taken for order_status: 1 of 5" in line for line in tables(report))


def test_what_cannot_be_measured_is_short_and_breaks_nothing() -> None:
    report = judged((message("a"), Understanding("praise", 0.9, "en")))
    assert "figure intent_out_of_scope_auroc - >=0.95 short" in figure_lines(report)
    assert list(tables(report))


# -- reading -------------------------------------------------------------------------------------------


def write(path: Path, *lines: Any) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


def test_files_and_folders_are_read_blank_lines_aside(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    write(tmp_path / "folder/fr.jsonl", {**LINE, "lang": "fr"}, "", {**LINE, "text": "two\u2028lines", "lang": "fr"}, "")
    write(tmp_path / "folder/notes.txt", "no message")
    single = write(tmp_path / "one.json", "\ufeff" + json.dumps(LINE))
    messages = read_messages([single, tmp_path / "folder"], TAXONOMY)
    assert [(one.language, one.text) for one in messages] == [("en", "where is it"), ("fr", "where is it"), ("fr", "two\u2028lines")]
    assert messages[2].place == f"{tmp_path / 'folder/fr.jsonl'}:3"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not an object"),
        ({"text": "x"}, "'lang' is missing"),
        ({**LINE, "text": 12}, "'text' is no text"),
        ({**LINE, "text": " \n"}, "'text' is empty"),
        ({**LINE, "lang": "English"}, "no ISO 639-1 code"),
        ({**LINE, "intent": "order_staus"}, "no intent 'order_staus'"),
        ({**LINE, "sentiment": "furious"}, "no sentiment 'furious'"),
    ],
    ids=["cut", "deep", "list", "missing", "number", "blank", "language", "intent", "sentiment"],
)
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, line: object, reason: str) -> None:
    path = write(tmp_path / "bad.jsonl", LINE, line, LINE)
    with pytest.raises(MessagesError) as failure:
        read_messages([path], TAXONOMY)
    [fault] = str(failure.value).splitlines()
    assert fault.startswith(f"{path}:2: ")
    assert reason in fault


def test_every_bad_line_is_named_up_to_a_limit(tmp_path: Path) -> None:
    path = write(tmp_path / "bad.jsonl", *["no"] * 30)
    with pytest.raises(MessagesError, match=r"bad\.jsonl:20: .*\nand 10 more"):
        read_messages([path], TAXONOMY)


def test_bytes_that_are_no_text_are_the_fault_of_their_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes(json.dumps(LINE).encode() + b'\n{"text": "\xe9t\xe9"}\n')
    with pytest.raises(MessagesError, match=r"latin\.jsonl:2: not UTF-8"):
        read_messages([path], TAXONOMY)


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    empty = write(tmp_path / "empty")
    for source, reason in ((tmp_path / "none", "no such file"), (tmp_path, r"no \*\.jsonl"), (empty, "no messages")):
        with pytest.raises(MessagesError, match=reason):
            read_messages([source], TAXONOMY)
