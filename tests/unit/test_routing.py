"""Who is offered waiting work, and which work comes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.domain.agents import Agent
from switchboard.domain.events import Presence
from switchboard.domain.routing import Waiting, best_waiting, rank

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
QUEUES = ("general", "billing", "technical")
LANGUAGES = ("en", "zh", "de")


def agent(id_: str, load: int = 0, capacity: int = 4, languages: tuple[str, ...] = ("en",)) -> Agent:
    return Agent(id_, id_, capacity, load, Presence.ONLINE, ("general",), languages)


def work(queue: str = "general", language: str = "en", not_to: str = "") -> Waiting:
    return Waiting("c1-000001", queue, 5, NOW, language, not_to)


@st.composite
def teams(draw: st.DrawFn) -> list[Agent]:
    agents = st.builds(
        Agent, id=st.just(""), capacity=st.integers(0, 4), load=st.integers(0, 5), presence=st.sampled_from(Presence),
        queues=st.sets(st.sampled_from(QUEUES)).map(tuple), languages=st.sets(st.sampled_from(LANGUAGES)).map(tuple),
    )  # fmt: skip
    drawn = draw(st.lists(agents, max_size=8))
    return [Agent(f"a{n}", "", a.capacity, a.load, a.presence, a.queues, a.languages) for n, a in enumerate(drawn)]


@settings(max_examples=50, deadline=None)
@given(team=teams(), queue=st.sampled_from(QUEUES), language=st.sampled_from([*LANGUAGES, "und"]))
def test_work_is_offered_to_every_able_agent_and_to_nobody_else(team: list[Agent], queue: str, language: str) -> None:
    able = {a.id for a in team if a.presence is Presence.ONLINE and a.load < a.capacity and queue in a.queues}
    assert {a.id for a, _ in rank(work(queue, language), team)} == able


@settings(max_examples=50, deadline=None)
@given(team=teams(), language=st.sampled_from(LANGUAGES), reordered=st.randoms())
def test_the_ranking_is_best_first_and_does_not_depend_on_the_order_of_the_roster(
    team: list[Agent], language: str, reordered: Random
) -> None:
    shuffled = list(team)
    reordered.shuffle(shuffled)
    first = rank(work("general", language), team)
    assert first == rank(work("general", language), shuffled)
    scores = [score for _, score in first]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 2 for score in scores)


@settings(max_examples=50, deadline=None)
@given(team=teams(), language=st.sampled_from(LANGUAGES))
def test_nobody_who_speaks_the_language_stands_behind_somebody_who_does_not(team: list[Agent], language: str) -> None:
    """A free share is at most 1 and a full agent is never ranked, so the language decides first."""
    speaks = [language in a.languages for a, _ in rank(work("general", language), team)]
    assert speaks == sorted(speaks, reverse=True)


def test_of_equals_the_one_with_the_larger_free_share_comes_first() -> None:
    ranked = rank(work(), [agent("busy", 3), agent("idle", 0), agent("half", 2)])
    assert [a.id for a, _ in ranked] == ["idle", "half", "busy"]


def test_of_equal_scores_the_lesser_load_comes_first() -> None:
    """Two of four free and one of two free are the same share, but one conversation is less than two."""
    ranked = rank(work(), [agent("large", 2, 4), agent("small", 1, 2)])
    assert [a.id for a, _ in ranked] == ["small", "large"]


def test_who_handed_it_back_is_not_offered_it_again() -> None:
    team = [agent("ada"), agent("bob", 3)]
    assert [a.id for a, _ in rank(work(not_to="ada"), team)] == ["bob"]
    assert rank(work(not_to="ada"), team[:1]) == []


def test_nobody_able_means_nobody() -> None:
    assert rank(work(), []) == []
    assert rank(work(), [agent("full", 4)]) == []


waiting = st.builds(
    Waiting, conversation=st.from_regex(r"c[0-9]-00000[1-9]", fullmatch=True), queue=st.sampled_from(QUEUES),
    priority=st.integers(0, 9), since=st.integers(0, 5).map(lambda m: NOW + timedelta(minutes=m)),
)  # fmt: skip


@given(entries=st.lists(waiting, max_size=10))
def test_the_most_urgent_is_served_next_and_among_those_the_longest_wait(entries: list[Waiting]) -> None:
    best = best_waiting(entries)
    assert (best is None) == (not entries)
    for other in entries:
        assert best is not None
        assert best.priority >= other.priority
        if best.priority == other.priority:
            assert best.since <= other.since
