"""The command `python -m tools.what_if`: what it prints and writes, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from switchboard.domain.errors import Malformed
from tools.what_if import main, policy_of

SMALL = ["--synthetic", "3", "--conversations", "400", "--seed", "7", "--policy", "relaxing:anybody=20", "--against", "least_load"]


def test_it_prints_a_table_and_writes_the_picture_and_the_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    svg, figures = tmp_path / "what-if.svg", tmp_path / "what-if.json"
    assert main([*SMALL, "--policy", "round_robin", "--processes", "1", "--out", str(svg), "--json", str(figures)]) == 0
    said = capsys.readouterr()
    assert "relaxing:anybody=20 minus least_load" in said.out
    assert "round_robin minus least_load" in said.out
    assert "played 3 of 3 stretches" in said.err
    assert ElementTree.parse(svg).getroot().tag.endswith("svg")
    assert [p["conversations"] for p in json.loads(figures.read_text())["policies"]] == [400, 400, 400]


def test_two_processes_find_what_one_finds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alone, together = tmp_path / "1.json", tmp_path / "2.json"
    assert main([*SMALL, "--processes", "1", "--json", str(alone)]) == 0
    assert main([*SMALL, "--processes", "2", "--json", str(together)]) == 0
    assert alone.read_text() == together.read_text()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--synthetic", "3", "--policy", "best"], "there is no strategy 'best'; there are index"),
        (["--synthetic", "3", "--policy", "index:relax"], "'relax' in 'index:relax' is not of the form weight=number"),
        (["--synthetic", "3", "--policy", "index:relax=soon"], "not of the form weight=number"),
        (["--synthetic", "0"], "at least one day"),
        (["--synthetic", "3", "--policy", "least_load"], "label of its own"),
        (["--ledger", "--from", "2026-10-01", "--to", "2026-10-31"], "SWITCHBOARD_LEDGER_TABLE"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(
    arguments: list[str], why: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SWITCHBOARD_LEDGER_TABLE", raising=False)
    assert main([*arguments, "--processes", "1"]) == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "--synthetic --ledger is required"),
        (["--ledger"], "--ledger needs --from and --to"),
        (["--ledger", "--from", "2026-10-31", "--to", "2026-10-01"], "--to lies before --from"),
        (["--ledger", "--from", "31.10.2026", "--to", "2026-10-01"], "invalid _day value"),
        (["--synthetic", "3", "--out", "/there/is/no/such/folder/x.svg"], "there is no folder"),
        (["--synthetic", "3", "--processes", "0"], "--processes must be at least 1"),
    ],
)
def test_a_command_that_cannot_be_read_says_what_is_wrong(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert why in capsys.readouterr().err


def test_a_policy_is_written_as_its_strategy_and_weights() -> None:
    policy = policy_of("index:relax=20,vip=4.5")
    assert (policy.label, policy.strategy, policy.weights) == ("index:relax=20,vip=4.5", "index", {"relax": 20.0, "vip": 4.5})
    with pytest.raises(Malformed):
        policy_of("")
