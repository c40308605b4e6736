"""Whatever is asked: limits never allow more, what is unknown never allows more, grants never join what is kept apart."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.adapters.cedar.authority import shipped
from switchboard.domain.authority.actions import ACTIONS
from switchboard.domain.authority.question import Kind, Principal, Question, Resource

PEOPLE = ("agent", "supervisor", "administrator", "auditor", "privacy_officer")
KINDS = ("conversation", "contact", "agent", "key", "settings", "parked", "subject", "approval", "records", "desk", "work")
FACTS = (
    *("reason", "case", "into", "compatible", "within_ceiling", "approved", "delay_over", "due", "no_hold", "ticket", "session"),
    *("origin", "signed"),
)
# What one side of a pair does and no other may, whatever it is granted.
SIDES = {
    "administrator": {"SetRouting", "SetAgent", "RequestRoles", "ApproveRoles", "RequestRotation", "ApproveRotation", "SetRules"},
    "auditor": {"LookupEvents", "SearchAudit", "ExportAudit", "VerifyAudit"},
    "privacy_officer": {
        "RequestErasure",
        "ApproveErasure",
        "RequestExport",
        "ApproveExport",
        "FetchExport",
        "SetRetention",
        "LiftHold",
    },
    "serving": {"Take", "Reply", "Accept", "Transfer", "BeAssigned", "DraftAnswer", "ApplyMacro"},
}

ids = st.sampled_from(["ann", "bob", "cid"])
queues = st.sampled_from(["billing", "claims"])
values = st.sampled_from(["one", "two"])
limits = st.frozensets(values, max_size=2)
principals = st.one_of(
    st.builds(
        Principal, kind=st.just(Kind.PERSON), id=ids, role=st.sampled_from(PEOPLE), teams=st.frozensets(queues), regions=limits,
        brands=limits, tiers=limits, assigned_only=st.booleans(), grants=st.frozensets(st.sampled_from(sorted(ACTIONS)), max_size=6),
    ),
    st.builds(Principal, kind=st.just(Kind.BOT), id=ids, role=st.just("bot"), teams=st.frozensets(queues), regions=limits),
    st.builds(
        Principal, kind=st.just(Kind.INTEGRATION), id=ids, role=st.just("integration"), regions=limits, tiers=limits,
        grants=st.frozensets(st.sampled_from(sorted(ACTIONS)), max_size=30),
    ),
)  # fmt: skip
things = st.builds(
    Resource, kind=st.sampled_from((*KINDS, "conversation", "conversation", "contact")), id=ids,
    state=st.sampled_from(["bot", "queued", "offered", "active", "resolved", ""]), queue=st.one_of(queues, st.just("")),
    owner=st.one_of(ids, st.just("")), region=st.one_of(values, st.just("")), brand=st.one_of(values, st.just("")),
    tier=st.one_of(values, st.just("")), finished_by=ids, consulted=st.frozensets(ids, max_size=1), served_by=ids,
    asked_by=st.one_of(ids, st.just("")), about=ids, answered=st.booleans(), teams=st.frozensets(queues),
)  # fmt: skip
facts = st.dictionaries(st.sampled_from(FACTS), st.just(True))
questions = st.builds(Question, principals, st.sampled_from(sorted(ACTIONS)), things, facts)
LIMITS = st.sampled_from(["regions", "brands", "tiers"])


def allowed(question: Question) -> bool:
    return shipped().decide(question).allowed


@settings(max_examples=500, deadline=None)
@given(questions, LIMITS, values)
def test_a_limit_where_there_was_none_never_allows_more(question: Question, limit: str, value: str) -> None:
    free = replace(question.principal, **{limit: frozenset()})  # type: ignore[arg-type]
    limited = replace(free, **{limit: frozenset({value})})  # type: ignore[arg-type]
    assert allowed(replace(question, principal=limited)) <= allowed(replace(question, principal=free))


@settings(max_examples=400, deadline=None)
@given(questions, LIMITS, values)
def test_a_narrower_limit_never_allows_more(question: Question, limit: str, value: str) -> None:
    narrow = replace(question.principal, **{limit: frozenset({value})})  # type: ignore[arg-type]
    wide = replace(question.principal, **{limit: frozenset({"one", "two"})})  # type: ignore[arg-type]
    assert allowed(replace(question, principal=narrow)) <= allowed(replace(question, principal=wide))


@settings(max_examples=400, deadline=None)
@given(questions)
def test_assigned_only_never_allows_more(question: Question) -> None:
    free, bound = (replace(question, principal=replace(question.principal, assigned_only=flag)) for flag in (False, True))
    assert allowed(bound) <= allowed(free)


@settings(max_examples=400, deadline=None)
@given(questions)
def test_leaving_all_teams_never_allows_a_person_more(question: Question) -> None:
    if question.principal.kind is Kind.PERSON:
        alone = replace(question, principal=replace(question.principal, teams=frozenset()))
        assert allowed(alone) <= allowed(question)


CUSTOMERS = ("conversation", "contact", "subject")


@settings(max_examples=500, deadline=None)
@given(questions, st.sampled_from(["region", "brand", "tier"]), st.sampled_from(CUSTOMERS), values)
def test_not_knowing_where_a_customer_belongs_never_allows_more(question: Question, attribute: str, kind: str, value: str) -> None:
    known = replace(question.resource, kind=kind, **{attribute: value})  # type: ignore[arg-type]
    unknown = replace(known, **{attribute: ""})  # type: ignore[arg-type]
    limited = replace(question.principal, **{f"{attribute}s": frozenset({"one"})})  # type: ignore[arg-type]
    assert not allowed(replace(question, principal=limited, resource=unknown))
    assert allowed(replace(question, resource=unknown)) <= allowed(replace(question, resource=known)) or not getattr(
        question.principal, f"{attribute}s"
    )


@settings(max_examples=500, deadline=None)
@given(questions, st.sampled_from(["owner", "queue", "state", "asked_by", "finished_by", "served_by", "about"]))
def test_not_knowing_who_or_what_it_is_never_allows_a_person_more(question: Question, attribute: str) -> None:
    if question.principal.kind is not Kind.PERSON or (attribute, question.resource.kind) == ("queue", "parked"):
        return  # what the bot has has no owner; what was parked before any conversation has no queue
    if attribute == "owner" and question.resource.state == "queued":
        return  # that nobody has it is known: it waits
    if attribute == "about" and question.action.startswith("Approve"):
        return  # a rotation is about nobody
    unknown = replace(question, resource=replace(question.resource, **{attribute: ""}))  # type: ignore[arg-type]
    assert allowed(unknown) <= allowed(question)


@settings(max_examples=500, deadline=None)
@given(questions, st.sampled_from(FACTS))
def test_a_fact_that_is_not_told_never_allows_more(question: Question, fact: str) -> None:
    less = replace(question, facts={name: value for name, value in question.facts.items() if name != fact})
    assert allowed(less) <= allowed(question)


@settings(max_examples=300, deadline=None)
@given(questions, st.sampled_from(list(Kind)))
def test_who_has_no_role_may_do_nothing_that_takes_one(question: Question, kind: Kind) -> None:
    nobody = replace(question, principal=replace(question.principal, kind=kind, role=""))
    outside = kind in (Kind.VISITOR, Kind.ANONYMOUS) and (question.resource.kind == "desk" or question.facts.get("session") is True)
    assert outside or not allowed(nobody)


@settings(max_examples=400, deadline=None)
@given(questions)
def test_nobody_is_granted_a_pair_that_is_kept_apart(question: Question) -> None:
    """With every action granted, each role still does what is of its own side alone."""
    asks = question.principal
    if asks.kind is not Kind.PERSON:
        return
    own = asks.role if asks.role in SIDES else "serving"
    for side, actions in SIDES.items():
        for action in sorted(actions) if side != own else ():
            granted = replace(asks, grants=ACTIONS)
            assert not allowed(replace(question, principal=granted, action=action))


@settings(max_examples=300, deadline=None)
@given(questions, st.booleans())
def test_four_eyes_are_two_people(question: Question, by_person: bool) -> None:
    """Who asked never approves, under this account or another."""
    asks = replace(question.principal, person="human")
    for action, kind in (
        *(("ApproveErasure", "subject"), ("ApproveExport", "subject"), ("ApproveRotation", "approval"), ("ApproveRoles", "approval")),
    ):
        thing = replace(question.resource, kind=kind, asked_by="human" if by_person else asks.id)
        assert not allowed(Question(asks, action, thing, question.facts))
