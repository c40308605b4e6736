"""The policies as data: well-formed, named, explained; the guards hold whatever else allows; what goes wrong denies."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import combinations

import cedarpy
import pytest

from switchboard.adapters.cedar.authority import CedarAuthority, policy_texts, schema_text, shipped
from switchboard.domain.authority.actions import ACTIONS
from switchboard.domain.authority.question import Decision, Kind, Principal, Question, Resource
from switchboard.domain.authority.separation import GRANTABLE_TO_KEYS, GRANTABLE_TO_PEOPLE, PEOPLE, compatible, within_ceiling
from tests.contract.authority_contract import ANN, HERS, REPLY

ALLOW_ALL = '\n@id("careless") permit (principal, action, resource);\n'
SUPERVISOR = replace(ANN, id="sue", role="supervisor")
KEY = Principal(Kind.INTEGRATION, "key", "integration")
CONTACT = replace(HERS, kind="contact")


def person(role: str, **more: frozenset[str]) -> Principal:
    return replace(Principal(Kind.PERSON, "pat", role), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def careless() -> CedarAuthority:
    """Everything is allowed that no guard forbids."""
    return CedarAuthority("\n".join(policy_texts().values()) + ALLOW_ALL, schema_text())


def may(principal: Principal, action: str, resource: Resource, authority: CedarAuthority | None = None, **facts: bool | str) -> bool:
    return (authority or shipped()).decide(Question(principal, action, resource, facts)).allowed


# -- the files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted(policy_texts()))
def test_policies_fit_the_schema(file: str) -> None:
    result = cedarpy.validate_policies(policy_texts()[file], schema_text())
    assert result.validation_passed, result.errors


def test_each_policy_has_a_name_of_its_own_and_each_file_says_why() -> None:
    text = "\n".join(policy_texts().values())
    names = re.findall(r'^@id\("([a-z-]+)"\)$', text, flags=re.M)
    assert len(names) == len(set(names)) == len(re.findall(r"^(?:permit|forbid)\b", text, flags=re.M))
    assert all(each.startswith("// ") for each in policy_texts().values())


def test_the_schema_knows_every_action_and_no_other() -> None:
    entities = str(cedarpy.Entities.from_json_str("[]", schema_text()))
    groups = set(re.findall(r'"type":\s*"Action",\s*"id":\s*"(\w+)"', entities)) | set(
        re.findall(r'"id":\s*"(\w+)",\s*"type":\s*"Action"', entities)
    )
    asked = {
        name
        for line in re.findall(r"^action ([^;{]*?)(?: in \[[^\]]*\])?\s+appliesTo", schema_text(), flags=re.M)
        for name in line.split(", ")
    }
    assert asked == ACTIONS
    assert asked <= groups


def test_what_keys_may_be_granted_is_one_list() -> None:
    granted = {
        action for action in ACTIONS for kind in ("conversation", "contact", "settings", "agent", "subject", "records")
        if shipped().decide(
            Question(replace(KEY, grants=frozenset({action})), action, replace(HERS, kind=kind), {"into": True})
        ).policies == ("integration-granted",)
    }  # fmt: skip
    always = {a for a in ACTIONS if may(KEY, a, Resource("settings"))}
    assert granted | (GRANTABLE_TO_KEYS & always) == GRANTABLE_TO_KEYS


def test_what_people_may_be_granted_is_one_list() -> None:
    """By the schema's groups, which the policies of custom roles name."""
    groups = {"GrantableToAgents", "GrantableToAgentsInTeam", "GrantableToOfficers"}
    entities = json.loads(str(cedarpy.Entities.from_json_str("[]", schema_text())))
    parents = {e["uid"]["id"]: {p["id"] for p in e["parents"]} for e in entities}
    assert {action for action in ACTIONS if parents[action] & groups} == GRANTABLE_TO_PEOPLE
    assert not GRANTABLE_TO_PEOPLE & {"Reply", "SetAgent", "RequestRoles", "ApproveRoles", "RequestErasure", "SearchAudit"}


# -- the guards, against a policy that allows everything ----------------------------------------------------------------


@pytest.mark.parametrize("action", ["SetRouting", "SetAgent", "ApproveRoles", "RequestRotation", "ExportCorrections", "PublishFlow"])
@pytest.mark.parametrize("role", sorted(PEOPLE - {"administrator"}))
def test_only_an_administrator_administers(careless: CedarAuthority, role: str, action: str) -> None:
    for kind in ("settings", "agent", "approval"):
        assert not may(person(role), action, Resource(kind, about="x", asked_by="y"), careless, compatible=True)


@pytest.mark.parametrize("action", ["LookupEvents", "SearchAudit", "ExportAudit", "VerifyAudit"])
@pytest.mark.parametrize("role", sorted(PEOPLE - {"auditor"}))
def test_only_an_auditor_reads_the_audit(careless: CedarAuthority, role: str, action: str) -> None:
    assert not may(person(role), action, Resource("records"), careless)
    assert not may(KEY, "VerifyAudit", Resource("records"), careless)


@pytest.mark.parametrize("action", ["RequestErasure", "ApproveErasure", "FetchExport", "LiftHold", "FindContact", "MakeBreachPack"])
@pytest.mark.parametrize("role", sorted(PEOPLE - {"privacy_officer"}))
def test_only_a_privacy_officer_does_what_data_subjects_ask_for(careless: CedarAuthority, role: str, action: str) -> None:
    for kind in ("subject", "records"):
        assert not may(person(role), action, Resource(kind, asked_by="y"), careless, approved=True)


@pytest.mark.parametrize(
    "action", ["Take", "Reply", "Accept", "Transfer", "BeAssigned", "BeTransferredTo", "BeConsulted", "SetPresence"]
)
@pytest.mark.parametrize("role", ["administrator", "auditor", "privacy_officer"])
def test_the_three_are_given_no_work_and_do_none(careless: CedarAuthority, role: str, action: str) -> None:
    assert not may(person(role, teams=frozenset({"billing"})), action, replace(HERS, owner="pat"), careless)


@pytest.mark.parametrize("action", ["GetConversation", "SeeInInbox", "GetContact", "RevealMessage", "PushEvents", "SeeParked"])
@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_who_runs_and_who_watches_the_system_read_no_customer(careless: CedarAuthority, role: str, action: str) -> None:
    for kind in ("conversation", "contact", "parked"):
        assert not may(person(role), action, replace(HERS, kind=kind), careless, reason=True, case=True)


def test_numbers_are_masked_for_everybody(careless: CedarAuthority) -> None:
    assert not any(may(person(role), "SeeUnmasked", HERS, careless) for role in PEOPLE)


def test_who_has_no_name_owns_nothing(careless: CedarAuthority) -> None:
    nameless = replace(ANN, id="")
    assert not may(nameless, "Reply", replace(HERS, owner=""), careless)
    assert not may(nameless, "Reply", replace(HERS, owner=""))


def test_what_decides_rights_is_set_by_the_companys_systems_alone(careless: CedarAuthority) -> None:
    assert not any(may(person(role), "SetDecidingAttributes", CONTACT, careless) for role in PEOPLE)


def test_no_service_changes_settings_or_rights(careless: CedarAuthority) -> None:
    assert not may(Principal(Kind.SERVICE, "planner", "planner"), "ChangeAsService", Resource("work"), careless)


# -- attributes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attribute", ["region", "brand", "tier"])
@pytest.mark.parametrize("value", ["", "foreign"])
def test_what_is_outside_or_unknown_is_denied_to_who_is_limited(attribute: str, value: str) -> None:
    elsewhere = replace(HERS, **{attribute: value})  # type: ignore[arg-type]
    assert shipped().decide(replace(REPLY, resource=elsewhere)) == Decision(
        False, (f"attributes-{attribute}" + ("" if value else "-unknown"),)
    )


def test_a_limit_to_the_unknown_is_no_way_in() -> None:
    assert not may(replace(ANN, regions=frozenset({""})), "Reply", replace(HERS, region=""))


def test_a_key_made_for_a_team_stays_with_it() -> None:
    key = replace(KEY, grants=frozenset({"GetConversation"}))
    assert may(key, "GetConversation", HERS)
    assert may(replace(key, teams=frozenset({"billing"})), "GetConversation", HERS)
    assert not may(replace(key, teams=frozenset({"claims"})), "GetConversation", HERS)


# -- custom roles -------------------------------------------------------------------------------------------------------


def test_an_agent_may_be_given_one_thing_of_a_supervisors_in_their_team() -> None:
    waiting = replace(HERS, state="queued", owner="")
    custom = replace(ANN, grants=frozenset({"Transfer"}))
    assert not may(ANN, "Transfer", waiting)
    assert may(custom, "Transfer", waiting)
    assert not may(custom, "Transfer", replace(waiting, queue="claims"))
    assert not may(custom, "Resolve", waiting)
    assert not may(replace(custom, assigned_only=True), "Transfer", waiting)


def test_an_agent_may_be_given_settings_to_read_and_to_draft() -> None:
    custom = replace(ANN, grants=frozenset({"GetRouting", "DraftArticle", "SetRouting"}))
    assert may(custom, "GetRouting", Resource("settings"))
    assert may(custom, "DraftArticle", Resource("settings"))
    assert not may(custom, "SetRouting", Resource("settings"))


def test_officers_may_be_given_what_holds_no_customers_words() -> None:
    everything = frozenset(ACTIONS)
    auditor, officer = (replace(person(role), grants=everything) for role in ("auditor", "privacy_officer"))
    assert may(auditor, "GetKnowledgeUsage", Resource("settings"))
    assert may(officer, "GetRouting", Resource("settings"))
    assert not may(auditor, "GetImprovement", Resource("settings"))
    assert not may(officer, "SetRouting", Resource("settings"))


# -- rights that are given ------------------------------------------------------------------------------------------------


def test_duties_exclude_each_other() -> None:
    allowed = {pair for pair in combinations(sorted(PEOPLE), 2) if compatible(pair)}
    assert allowed == {("agent", "supervisor")}
    assert all(compatible([role]) for role in PEOPLE)
    assert compatible([])
    assert not compatible(["root"])


def test_a_key_is_never_granted_what_is_peoples() -> None:
    assert within_ceiling({"GetConversation", "Reply"})
    assert not any(within_ceiling({"GetConversation", a}) for a in ("SetRouting", "RevealMessage", "DraftAnswer", "VerifyAudit", "x"))


@pytest.mark.parametrize(("role", "kind", "actions"), [
    ("privacy_officer", "subject", ("RefuseRequest", "WithdrawRequest")),
    ("administrator", "approval", ("RefuseChange", "WithdrawChange")),
])  # fmt: skip
def test_to_refuse_takes_one_of_those_who_might_approve(role: str, kind: str, actions: tuple[str, ...]) -> None:
    request = replace(HERS, kind=kind, asked_by="pat")
    for action in actions:
        assert {other for other in PEOPLE if may(person(other), action, request)} == {role}
        assert not may(person(role, regions=frozenset({"cn"})), action, request)


# -- what goes wrong ------------------------------------------------------------------------------------------------------


def test_a_guard_that_fails_while_it_is_judged_denies() -> None:
    broken = '\n@id("broken") forbid (principal, action, resource) when { principal.nothing == 1 };\n'
    judge = CedarAuthority("\n".join(policy_texts().values()) + broken, schema_text())
    assert judge.decide(REPLY) == Decision(False, ("error",))


@pytest.mark.parametrize("policies", ["permit (", "permit (principal, action, resource) when { 1 + };", "allow everything;"])
def test_policies_that_cannot_be_read_start_nothing(policies: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        CedarAuthority(policies, schema_text())


@pytest.mark.parametrize("name", ['ann"', "a\nb", "Role::x", "漢字", "\x00", "a" * 10_000])
def test_hostile_names_are_names(name: str) -> None:
    theirs = replace(HERS, owner=name)
    assert may(replace(ANN, id=name), "Reply", theirs)
    assert not may(ANN, "Reply", theirs)


def test_a_person_is_no_bot_and_no_service() -> None:
    assert not may(person("bot"), "Reply", replace(HERS, state="bot", owner=""))
    assert not may(person("sweeper"), "Sweep", Resource("work"))
    assert not may(replace(ANN, kind=Kind.BOT), "Reply", HERS)
    assert not may(Principal(Kind.VISITOR, "v", "administrator"), "SetRouting", Resource("settings"))


def test_an_unknown_kind_of_thing_is_denied() -> None:
    assert shipped().decide(replace(REPLY, resource=replace(HERS, kind="vault"))) == Decision(False, ("error",))


def test_who_is_not_who_they_ask_to_stop_ends_no_others_consult() -> None:
    asked = replace(HERS, owner="bob", consulted=frozenset({"ann", "cid"}))
    assert may(ANN, "EndConsult", replace(asked, about="ann"))
    assert not may(ANN, "EndConsult", replace(asked, about="cid"))


def test_a_supervisor_reads_and_does_not_speak() -> None:
    assert may(SUPERVISOR, "GetConversation", HERS)
    assert not may(SUPERVISOR, "Reply", HERS)
