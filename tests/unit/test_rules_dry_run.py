"""Before rules are switched on, their past tells what they would do."""

from __future__ import annotations

import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchboard.domain.rules import Facts, Trigger, decide, dry_run, limits, parse
from switchboard.domain.rules.decisions import Omission, Result
from switchboard.domain.rules.rehearsal import Example
from tests.unit.test_rules_conditions import facts
from tests.unit.test_rules_parse import Json, documents, leaf, rule

happenings = st.builds(
    Trigger, type=st.sampled_from(["message_received", "queued", "tagged"]),
    ledger=st.sampled_from(["cnv#a", "cnv#b"]), no=st.integers(1, 99),
    caused_by=st.lists(st.sampled_from(["r0", "r1", "r9"]), max_size=2, unique=True).map(tuple),
)  # fmt: skip


def test_a_dry_run_says_what_would_have_fired_where_and_what_never_and_why() -> None:
    ruleset = parse({"version": 8, "rules": [
        rule(id="chinese", when={"all": [leaf("language", "is", "zh")]}, then=[{"action": "set_priority", "priority": 7}]),
        rule(id="gold", when=leaf("tier", "is", "gold"), then=[{"action": "set_priority", "priority": 9}]),
        rule(id="closing", on="resolved"),
        rule(id="french", when={"all": [leaf("vip", "is", True), leaf("language", "is", "fr")]}),
    ]})  # fmt: skip
    history = [
        (Trigger("message_received", "cnv#a", 2), Facts(language="zh", tier="gold")),
        (Trigger("message_received", "cnv#a", 5), Facts(language="zh")),
        (Trigger("message_received", "cnv#b", 2), Facts(language="en", vip=True)),
    ]
    report = dry_run(ruleset, iter(history))
    chinese, gold, closing, french = report.rules
    assert (report.version, report.events, report.never) == (8, 3, ("closing", "french"))
    assert (chinese.fired, chinese.examples) == (2, (Example("cnv#a", 2), Example("cnv#a", 5)))
    assert chinese.failed == (("when.all[0]", 1),)
    assert (gold.fired, gold.omitted) == (1, ((Omission.OVERRULED, 1),))
    assert closing.not_fired == ((Result.OTHER_EVENT, 3),)
    assert french.failed == (("when.all[0]", 2), ("when.all[1]", 1))


def test_a_report_names_the_first_events_only_however_often_a_rule_fires() -> None:
    history = [(Trigger("message_received", "cnv#a", n), Facts()) for n in range(1, limits.EXAMPLES + 10)]
    [part] = dry_run(parse({"rules": [rule()]}), history).rules
    assert part.fired == len(history)
    assert [example.no for example in part.examples] == list(range(1, limits.EXAMPLES + 1))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    document=documents(on=st.sampled_from(["message_received", "queued", "tagged"])),
    history=st.lists(st.tuples(happenings, facts), max_size=8),
)
def test_a_dry_run_counts_what_deciding_one_by_one_would_do(document: Json, history: list[tuple[Trigger, Facts]]) -> None:
    ruleset = parse(document)
    report = dry_run(ruleset, history)
    assert [r.rule for r in report.rules] == [r.id for r in ruleset.rules]
    for n, part in enumerate(report.rules):
        fired = [e for e, f in history if decide(ruleset, e, f).explanations[n].result is Result.FIRED]
        assert part.fired == len(fired)
        assert part.examples == tuple(Example(e.ledger, e.no) for e in fired[: limits.EXAMPLES])
        assert part.fired + sum(count for _, count in part.not_fired) == len(history)
        assert (part.rule in report.never) is (not fired)


def test_a_long_past_is_rehearsed_soon() -> None:
    """A supervisor waits for the answer: a day of a small desk against fifty rules."""
    whens = [
        leaf("message.text", "matches", r"order\s*#?\d+"),
        leaf("language", "in", ["zh", "de"]),
        leaf("message.text", "contains", "refund"),
    ]
    ruleset = parse({"rules": [rule(id=f"r{n}", when={"any": whens}) for n in range(50)]})
    history = (
        (Trigger("message_received", "cnv#a", n), Facts(language="en", text="where is my parcel, please? " * 3)) for n in range(150)
    )
    began = time.process_time()
    report = dry_run(ruleset, history)
    assert time.process_time() - began < 10
    assert (report.events, len(report.never)) == (150, 50)
