"""Automation: "when this happens and that holds, do so", written by the company as data and decided here without any effect.

Text of messages and attributes of contacts are compared in memory only: no outcome, explanation, report or error repeats them."""

from switchboard.domain.rules.decisions import Outcome, Trigger, decide, trigger_of
from switchboard.domain.rules.facts import Facts
from switchboard.domain.rules.model import RuleSet, mentioned
from switchboard.domain.rules.reading import parse
from switchboard.domain.rules.rehearsal import Report, dry_run
from switchboard.domain.rules.replies import render
from switchboard.domain.rules.writing import dump

__all__ = [
    "Facts",
    "Outcome",
    "Report",
    "RuleSet",
    "Trigger",
    "decide",
    "dry_run",
    "dump",
    "mentioned",
    "parse",
    "render",
    "trigger_of",
]
