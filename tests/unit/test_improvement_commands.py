"""The commands by which a team takes labelled data out, and reads what was found."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tools import corrections, improvements
from tools.knowledge import Desk, Refused

LABEL = {"text": "wo ist mein Geld", "lang": "de", "intent": "refund_status", "sentiment": "neutral"}
CLUSTER = {
    "size": 12, "languages": {"en": 9, "de": 3}, "why": {"missed": 12}, "guesses": {"out_of_scope": 12}, "corrected": {},
    "examples": [{"text": "do you rent\nout bikes", "language": "en"}, {"text": "", "language": "und"}],
    "article": {"id": "bikes", "title": "Bicycles", "probability": 0.21}, "proposal": {"kind": "article"},
}  # fmt: skip
ROW = {
    "intent": "order_status", "channel": "webchat", "language": "en", "mode": "answers", "heard": 8, "ended": 4, "kept": 3,
    "again": 1, "wrong": 1, "handed": 4, "reasons": {"misses": 4},
}  # fmt: skip
FOUND = {
    "status": "done", "progress": None, "since": "2026-10-01T00:00:00.000Z", "until": "2026-11-01T00:00:00.000Z", "settled": True,
    "clusters": [CLUSTER], "figures": {"rows": [ROW]}, "reason": "",
    "counted": {"conversations": 8, "unresolved": 6000, "opened": 5000, "compared": 5000, "left_out": 0, "suggestions_read": 0},
}  # fmt: skip


class Scripted(Desk):
    """Answers in turn and remembers what it was asked."""

    def __init__(self, *answers: Any) -> None:
        super().__init__("https://desk.example", "t")
        self.answers, self.asked = list(answers), list[tuple[str, str, Any]]()

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        self.asked.append((method, path, body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_labelled_data_are_written_page_by_page_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    first = {"corrections": [LABEL, {**LABEL, "more": 1}], "left_out": 1, "next": "m2#"}
    desk, out = Scripted(first, {"corrections": [LABEL], "left_out": 0, "next": ""}), io.StringIO()
    corrections.export(desk, out)
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [LABEL] * 3
    assert [path for _, path, _ in desk.asked] == ["/v1/corrections?limit=100", "/v1/corrections?limit=100&after=m2%23"]
    assert "3 corrected messages, 1 left out" in capsys.readouterr().err


def test_what_was_found_is_waited_for_with_its_progress(capsys: pytest.CaptureFixture[str]) -> None:
    step = {"step": "comparing", "done": 1500, "of": 5000}
    desk = Scripted({"status": "running", "progress": None}, {"status": "running", "progress": step}, FOUND)
    assert improvements.wait(desk, "../x", lambda _: None) == FOUND
    assert desk.asked[0][1] == "/v1/improvements/..%2Fx"
    assert capsys.readouterr().err == "comparing 1,500 of 5,000\n"


def test_what_was_found_is_told_with_proposals_and_shares() -> None:
    lines = improvements.told(FOUND, ["mode", "intent"]).splitlines()
    assert lines[0] == "2026-10-01 up to 2026-11-01: 8 conversations heard by the bot"
    assert "that is a sample: there were more than a run can read" in lines
    assert " 1. 12 messages (en 9, de 3)" in lines
    assert "    write an article (nearest: Bicycles, p=0.21)" in lines
    assert "    - do you rent out bikes" in lines
    assert "    - erased" in lines
    row = lines[-1].split("  ")
    assert lines[-1].startswith("order_status")
    assert {part.strip() for part in row} >= {"answers", "8", "50% (4)", "75% (3)", "25% (1)", "misses 4"}
    assert "may yet come back" in improvements.told({**FOUND, "settled": False}, ["mode"])


def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, desk: Desk, *arguments: str) -> int:
    monkeypatch.setattr(improvements, "Desk", lambda *_: desk)
    (tmp_path / "token").write_text("t\n")
    return improvements.main([*arguments, "--api", "https://desk.example", "--token-file", str(tmp_path / "token")])


def test_the_command_asks_for_what_it_is_told_and_writes_all_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    desk = Scripted({"id": "i1"}, FOUND)
    assert run(monkeypatch, tmp_path, desk, "ask", "--from", "2026-10-01", "--days", "3", "--json", str(tmp_path / "out.json")) == 0
    assert desk.asked[0] == ("POST", "/v1/improvements", {"from": "2026-10-01", "days": 3})
    assert json.loads((tmp_path / "out.json").read_text()) == FOUND
    desk = Scripted(FOUND)
    assert run(monkeypatch, tmp_path, desk, "show", "2026-10", "--by", "language") == 0
    assert desk.asked == [("GET", "/v1/improvements/2026-10", None)]


@pytest.mark.parametrize(
    "answer", [Refused("forbidden: this needs the role supervisor"), {**FOUND, "status": "failed", "reason": "no"}]
)
def test_a_refusal_and_a_failure_end_the_command_with_their_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: Any
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, tmp_path, Scripted(answer), "show", "2026-10")
    assert ended.value.code in ("forbidden: this needs the role supervisor", "improvements: no")


def test_a_dimension_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, tmp_path, Scripted(), "show", "2026-10", "--by", "colour")
