"""Who may take what, when, and the reason for whoever may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.domain.agents import Agent
from switchboard.domain.events import Presence
from switchboard.domain.requirements import Requirements
from switchboard.domain.routing.eligibility import Reason, rejection, steps
from switchboard.domain.routing.policy import ChannelRule, Ladder, Overflow, RoutingPolicy, Sticky
from switchboard.domain.routing.waiting import Waiting

CAME = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POLICY = RoutingPolicy(
    channels={"email": ChannelRule(0.5), "voice": ChannelRule(exclusive=True)},
    ladder=Ladder(level=5, skill=10, language=20, region=30),
    overflow={"billing": (Overflow("general", 60), Overflow("leads", 90))},
    sticky=Sticky(hold=15),
)
ADA = Agent("ada", capacity=2, presence=Presence.ONLINE, queues=("billing",), languages=("en",), skills={"refund": 3}, regions=("eu",))
ASKS = Requirements("refund", 3, region="eu")
WORK = Waiting("c1-000001", "billing", 5, CAME, "en", "", "chat", ASKS)


def why(agent: Agent = ADA, work: Waiting = WORK, waited: float = 0, policy: RoutingPolicy = POLICY, **how: Any) -> Reason | None:
    return rejection(policy, work, agent, CAME + timedelta(seconds=waited), **how)


def test_who_has_all_that_is_asked_for_may() -> None:
    assert why() is None


@pytest.mark.parametrize(("agent", "work", "reason"), [
    ({"presence": Presence.AWAY}, {}, Reason.NO_ROOM),
    ({"presence": Presence.OFFLINE}, {}, Reason.NO_ROOM),
    ({"load": 1.05}, {}, Reason.NO_ROOM),
    ({"load": 1.5}, {"channel": "email"}, None),
    ({"load": 1.55}, {"channel": "email"}, Reason.NO_ROOM),
    ({}, {"channel": "voice"}, None),
    ({"load": 0.05}, {"channel": "voice"}, Reason.NO_ROOM),
    ({"capacity": 0}, {"channel": "voice"}, Reason.NO_ROOM),
    ({}, {"not_to": "ada"}, Reason.HANDED_BACK),
    ({"queues": ("general",)}, {}, Reason.QUEUE),
    ({"queues": ()}, {}, Reason.QUEUE),
    ({"channels": ("email", "chat")}, {}, None),
    ({"channels": ("email",)}, {}, Reason.CHANNEL),
    ({"skills": {}}, {}, Reason.SKILL),
    ({"skills": {"payments": 5}}, {}, Reason.SKILL),
    ({"skills": {"refund": 2}}, {}, Reason.LEVEL),
    ({"skills": {"refund": 5}}, {}, None),
    ({"skills": {}}, {"requires": Requirements("refund", 0)}, None),  # the skill is known but not asked for
    ({"languages": ("zh",)}, {}, Reason.LANGUAGE),
    ({"languages": ()}, {}, Reason.LANGUAGE),
    ({"languages": ()}, {"language": "und"}, None),  # nobody knows what they speak
    ({"regions": ("us", "cn")}, {}, Reason.REGION),
    ({"regions": ()}, {}, None),  # they serve all
    ({"regions": ("us",)}, {"requires": replace(ASKS, region="")}, None),
])  # fmt: skip
def test_what_keeps_an_agent_from_new_work(agent: dict[str, Any], work: dict[str, Any], reason: Reason | None) -> None:
    assert why(replace(ADA, **agent), replace(WORK, **work)) is reason


@pytest.mark.parametrize(("agent", "seconds"), [
    ({"skills": {"refund": 1}}, 5), ({"skills": {}}, 10), ({"languages": ()}, 20), ({"regions": ("us",)}, 30),
    ({"queues": ("general",)}, 60), ({"queues": ("leads",)}, 90), ({"queues": ("leads", "general")}, 60),
    ({"skills": {}, "languages": (), "regions": ("us",), "queues": ("general",)}, 60),
])  # fmt: skip
def test_each_step_of_the_ladder_is_taken_at_its_time(agent: dict[str, Any], seconds: int) -> None:
    other = replace(ADA, **agent)
    assert why(other, waited=seconds - 0.001) is not None
    assert why(other, waited=seconds) is None
    assert seconds in steps(POLICY, WORK)


def test_what_is_asked_for_for_ever_is_asked_for_after_a_day() -> None:
    never = replace(POLICY, ladder=Ladder(None, None, None, None), overflow={})
    gaps: list[dict[str, Any]] = [
        {"skills": {"refund": 1}}, {"skills": {}}, {"languages": ()}, {"regions": ("us",)}, {"queues": ("general",)},
    ]  # fmt: skip
    for lacks in gaps:
        assert why(replace(ADA, **lacks), waited=86_400, policy=never) is not None
    assert steps(never, WORK) == [15]


def test_the_channel_and_what_was_handed_back_stay_with_the_ladders_end() -> None:
    assert why(replace(ADA, channels=("email",)), waited=86_400) is Reason.CHANNEL
    assert why(work=replace(WORK, not_to="ada"), waited=86_400) is Reason.HANDED_BACK


@pytest.mark.parametrize("ladder", [Ladder(level=20, skill=10), Ladder(level=None, skill=10), Ladder(level=5, skill=0)])
def test_who_knows_a_little_may_wherever_who_knows_nothing_may(ladder: Ladder) -> None:
    """However the steps are ordered."""
    policy = replace(POLICY, ladder=ladder)
    assert why(replace(ADA, skills={}), waited=10, policy=policy) is None
    assert why(replace(ADA, skills={"refund": 1}), waited=10, policy=policy) is None


# -- sticky ------------------------------------------------------------------------------------------

KEPT = replace(WORK, requires=replace(ASKS, prefers="bob"))


def test_work_is_kept_for_whom_it_prefers_for_a_while() -> None:
    assert why(work=KEPT, waited=14.9, preferred_is_in=True) is Reason.KEPT
    assert why(work=KEPT, waited=15, preferred_is_in=True) is None
    assert why(replace(ADA, id="bob"), KEPT, preferred_is_in=True) is None
    assert why(work=KEPT, preferred_is_in=False) is None


def test_work_is_not_kept_for_who_gave_it_back() -> None:
    handed_back = replace(KEPT, not_to="bob")
    assert why(work=handed_back, preferred_is_in=True) is None
    assert why(replace(ADA, id="bob"), handed_back, preferred_is_in=True) is Reason.HANDED_BACK


def test_who_is_off_shift_takes_nothing_however_long_it_waits() -> None:
    assert why(off_shift=True) is why(off_shift=True, waited=86_400) is Reason.OFF_SHIFT


# -- in general --------------------------------------------------------------------------------------

levels = st.dictionaries(st.sampled_from(["refund", "payments"]), st.integers(1, 5))
agents = st.builds(
    Agent, st.sampled_from(["ada", "bob"]), capacity=st.integers(0, 3), load=st.sampled_from([0, 0.5, 1, 2]),
    presence=st.just(Presence.ONLINE), queues=st.sets(st.sampled_from(["billing", "general", "leads"])).map(tuple),
    languages=st.sets(st.sampled_from(["en", "zh"])).map(tuple), skills=levels, channels=st.sampled_from([(), ("chat",), ("email",)]),
    regions=st.sampled_from([(), ("eu",), ("us",)]),
)  # fmt: skip
step = st.none() | st.integers(0, 100)
policies = st.builds(
    RoutingPolicy, channels=st.just(POLICY.channels), ladder=st.builds(Ladder, step, step, step, step),
    overflow=st.just(POLICY.overflow), sticky=st.builds(Sticky, hold=st.integers(0, 100)),
)  # fmt: skip
works = st.builds(
    Waiting, st.just("c1-000001"), st.sampled_from(["billing", "general"]), st.just(5), st.just(CAME),
    st.sampled_from(["en", "zh", "und"]), st.sampled_from(["", "bob"]), st.sampled_from(["chat", "email", "voice"]),
    st.builds(
        Requirements, st.just("refund"), st.integers(0, 5), region=st.sampled_from(["", "eu"]), prefers=st.sampled_from(["", "bob"])
    ),
)  # fmt: skip


@given(policies, works, agents, st.booleans(), st.integers(0, 200))
def test_who_may_now_may_later_and_who_may_later_only_after_a_step(
    policy: RoutingPolicy, work: Waiting, agent: Agent, preferred_is_in: bool, waited: int
) -> None:
    """Waiting only ever opens doors, and every door has its look: none has to be found by the sweeper."""
    at = [CAME + timedelta(seconds=s) for s in (waited, waited + 37)]
    now, later = (rejection(policy, work, agent, t, preferred_is_in) for t in at)
    if now is None:
        assert later is None
    elif later is None:
        assert any(waited < s <= waited + 37 for s in steps(policy, work))


@given(policies, works, agents, st.integers(0, 200))
def test_knowing_more_keeps_nobody_from_work(policy: RoutingPolicy, work: Waiting, agent: Agent, waited: int) -> None:
    now = CAME + timedelta(seconds=waited)
    if rejection(policy, work, agent, now) is None:
        for level in range(agent.skills.get("refund", 0), 6):
            assert rejection(policy, work, replace(agent, skills={**agent.skills, "refund": level}), now) is None
        assert rejection(policy, work, replace(agent, languages=("en", "zh"), queues=("billing", "general", "leads")), now) is None


def test_each_reason_has_words_for_people() -> None:
    assert len({reason.meaning for reason in Reason}) == len(Reason)
