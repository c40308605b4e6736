"""What each door is called where rights are judged: every route and socket action, its action, and how it names what it is about.

The tables of handlers are made of these, so that none is reached by another way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from switchboard.application.admission import (
    AGENT,
    CONTACT,
    CONVERSATION,
    DESK,
    KEY,
    PARKED,
    RECORDS,
    REQUEST,
    ROWS,
    SETTINGS,
    SUBJECT,
    About,
    Admission,
)
from switchboard.domain import events as ev
from switchboard.domain.approvals import KEYS, RIGHTS
from switchboard.domain.authority.separation import within_ceiling
from switchboard.domain.errors import Malformed

Said = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of what it is about."""

    actor: ev.Actor
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Said
    today: str


@dataclass(frozen=True, slots=True)
class Named:
    """`recorded`: that it was allowed goes on the caller's access ledger with the policies, before it is done. Reads that are on
    record by themselves are not."""

    action: str
    about: Callable[[Asked], About]
    recorded: bool = False


# -- how what is asked about is named ----------------------------------------------------------------


def _settings(_: Asked) -> About:
    return About(SETTINGS)


def _desk(_: Asked) -> About:
    return About(DESK)


def _rows(_: Asked) -> About:
    return About(ROWS)


def _conversation(a: Asked) -> About:
    return About(CONVERSATION, a.path["id"])


def _contact(a: Asked) -> About:
    return About(CONTACT, a.path["id"])


def _subject(a: Asked) -> About:
    return About(SUBJECT, a.path["id"])


def _request(a: Asked) -> About:
    return About(REQUEST, a.path["id"])


def _approval(a: Asked) -> About:
    return About(REQUEST, a.path["id"], by_kind={"erasure": "ApproveErasure", "export": "ApproveExport"})


def _export(a: Asked) -> About:
    return About(REQUEST, a.path["id"], by_kind={"export": "FetchExport"})


def _agent(a: Asked) -> About:
    return About(AGENT, a.path["id"])


def _change(a: Asked) -> About:
    """Another kind's requests have doors of their own."""
    return About(REQUEST, a.path["id"], by_kind={RIGHTS: "ApproveRoles", KEYS: "ApproveRotation"})


def _refused_change(a: Asked) -> About:
    return About(REQUEST, a.path["id"], by_kind={RIGHTS: "RefuseChange", KEYS: "RefuseChange"})


def _withdrawn_change(a: Asked) -> About:
    return About(REQUEST, a.path["id"], by_kind={RIGHTS: "WithdrawChange", KEYS: "WithdrawChange"})


def _limited(a: Asked) -> About:
    """The limits and grants of a person are rights like roles; they go with any of them."""
    return About(AGENT, a.path["id"], {"compatible": True})


def _granted_to_key(a: Asked) -> About:
    asked = a.body.get("grants")
    within = isinstance(asked, list) and all(isinstance(g, str) for g in asked) and within_ceiling(asked)
    return About(KEY, a.path["id"], {"within_ceiling": within})


def _parked(a: Asked) -> About:
    return About(PARKED, a.path["id"])


def _reveal(a: Asked) -> About:
    reason = a.body.get("reason")
    return About(CONVERSATION, a.path["id"], {"reason": isinstance(reason, str) and bool(reason.strip())})


def _merge(a: Asked) -> About:
    into = a.body.get("into")
    if not isinstance(into, str) or not into:
        raise Malformed("'into' must be a text")
    return About(CONTACT, a.path["id"], into=into)


def _end_consult(a: Asked) -> About:
    return About(CONVERSATION, a.path["id"], about=a.path["agent"])


def _dry_run(a: Asked) -> About:
    """Conversations are judged one by one."""
    return About(ROWS if "conversations" in a.body else SETTINGS)


def _search(a: Asked) -> About:
    return About(SETTINGS, facts={"audience": str(a.body.get("audience", "agent"))})


def _ledger(a: Asked) -> About:
    return About(RECORDS, audited(a.actor, a.query, a.today))


def _archive(_: Asked) -> About:
    """All of it: of no region, so not for who is limited to some."""
    return About(RECORDS)


def audited(actor: ev.Actor, query: Mapping[str, str], today: str) -> str:
    """The ledger that a look at the audit is about: the one named, or what `agent` (or the caller) read today."""
    agent = query.get("agent", actor.id)
    return query.get("ledger") or f"acs#{agent}#{today}"


def _said(a: Asked) -> About:
    """Over the WebSocket the conversation stands in the request."""
    return About(CONVERSATION, _text(a.body, "conversation"))


def _said_consult(a: Asked) -> About:
    return About(CONVERSATION, _text(a.body, "conversation"), about=_text(a.body, "agent"))


def _text(body: Said, name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or not value:
        raise Malformed(f"{name!r} must be a text")
    return value


# -- the doors ----------------------------------------------------------------------------------------


def _read(action: str) -> Named:
    return Named(action, _settings)


def _write(action: str) -> Named:
    """What changes how everybody works is on record as having been allowed."""
    return Named(action, _settings, recorded=True)


ROUTES: Mapping[tuple[str, str], Named] = {
    ("GET", "/v1/me"): Named("GetMe", _desk),
    ("POST", "/v1/tickets"): Named("OpenTicket", _desk),
    ("PUT", "/v1/me/presence"): Named("SetPresence", _desk),
    ("GET", "/v1/inbox"): Named("SeeInInbox", _rows),
    ("GET", "/v1/conversations/{id}"): Named("GetConversation", _conversation),
    ("GET", "/v1/conversations/{id}/events"): Named("GetConversationEvents", _conversation),
    ("POST", "/v1/conversations/{id}/accept"): Named("Accept", _conversation),
    ("POST", "/v1/conversations/{id}/decline"): Named("Decline", _conversation),
    ("POST", "/v1/conversations/{id}/take"): Named("Take", _conversation),
    ("POST", "/v1/conversations/{id}/resolve"): Named("Resolve", _conversation),
    ("POST", "/v1/conversations/{id}/messages"): Named("Reply", _conversation),
    ("POST", "/v1/conversations/{id}/notes"): Named("AddNote", _conversation),
    ("POST", "/v1/conversations/{id}/transfer"): Named("Transfer", _conversation),
    ("POST", "/v1/conversations/{id}/resend"): Named("Resend", _conversation),
    ("GET", "/v1/conversations/{id}/receipts"): Named("GetReceipts", _conversation),
    ("POST", "/v1/conversations/{id}/consult"): Named("Consult", _conversation),
    ("DELETE", "/v1/conversations/{id}/consult/{agent}"): Named("EndConsult", _end_consult),
    ("GET", "/v1/conversations/{id}/sla"): Named("GetConversationSla", _conversation),
    ("PUT", "/v1/conversations/{id}/messages/{message}/intent"): Named("CorrectIntent", _conversation),
    ("POST", "/v1/conversations/{id}/messages/{message}/reveal"): Named("RevealMessage", _reveal),
    ("GET", "/v1/conversations/{id}/suggestions"): Named("GetSuggestions", _conversation),
    ("POST", "/v1/conversations/{id}/suggestions"): Named("RateSuggestion", _conversation),
    ("POST", "/v1/conversations/{id}/drafts"): Named("DraftAnswer", _conversation),
    ("POST", "/v1/conversations/{id}/translations"): Named("TranslateMessages", _conversation),
    ("POST", "/v1/conversations/{id}/translations/draft"): Named("TranslateDraft", _conversation),
    ("GET", "/v1/conversations/{id}/assist"): Named("GetAssist", _conversation),
    ("POST", "/v1/conversations/{id}/macros/{name}"): Named("PreviewMacro", _conversation),
    ("POST", "/v1/conversations/{id}/macros/{name}/apply"): Named("ApplyMacro", _conversation),
    ("GET", "/v1/conversations/{id}/summary"): Named("GetSummary", _conversation),
    ("POST", "/v1/conversations/{id}/check"): Named("CheckAnswer", _conversation),
    ("GET", "/v1/contacts/{id}"): Named("GetContact", _contact),
    ("PUT", "/v1/contacts/{id}/attributes"): Named("SetAttributes", _contact),
    ("POST", "/v1/contacts/{id}/merge"): Named("MergeContacts", _merge, recorded=True),
    ("GET", "/v1/contacts/{id}/conversations"): Named("ListConversations", _contact),
    ("GET", "/v1/contacts/{id}/consents"): Named("GetConsents", _contact),
    ("PUT", "/v1/contacts/{id}/consents"): Named("SetConsent", _subject, recorded=True),
    ("PUT", "/v1/contacts/{id}/rectification"): Named("Rectify", _subject, recorded=True),
    ("PUT", "/v1/contacts/{id}/restriction"): Named("Restrict", _subject, recorded=True),
    ("PUT", "/v1/contacts/{id}/objections"): Named("Object", _subject, recorded=True),
    ("POST", "/v1/privacy/contacts/{id}/erasure"): Named("RequestErasure", _subject, recorded=True),
    ("POST", "/v1/privacy/contacts/{id}/export"): Named("RequestExport", _subject, recorded=True),
    ("GET", "/v1/privacy/exports/{id}"): Named("FetchExport", _export),
    ("POST", "/v1/privacy/contacts/{id}/hold"): Named("PlaceHold", _subject, recorded=True),
    ("DELETE", "/v1/privacy/contacts/{id}/hold"): Named("LiftHold", _subject, recorded=True),
    ("GET", "/v1/privacy/requests"): Named("ReadPrivacyRequests", _rows),
    ("POST", "/v1/privacy/requests/{id}/approve"): Named("ApproveErasure", _approval, recorded=True),
    ("POST", "/v1/privacy/requests/{id}/refuse"): Named("RefuseRequest", _request, recorded=True),
    ("POST", "/v1/privacy/requests/{id}/withdraw"): Named("WithdrawRequest", _request, recorded=True),
    ("GET", "/v1/retention"): _read("GetRetention"),
    ("PUT", "/v1/retention"): _write("SetRetention"),
    ("GET", "/v1/retention/report"): _read("GetRetention"),
    ("GET", "/v1/agents"): Named("SeeAgent", _rows),
    ("PUT", "/v1/agents/{id}"): Named("SetAgent", _agent, recorded=True),
    ("PUT", "/v1/agents/{id}/limits"): Named("RequestRoles", _limited, recorded=True),
    ("PUT", "/v1/agents/{id}/grants"): Named("RequestRoles", _limited, recorded=True),
    ("PUT", "/v1/integrations/{id}/grants"): Named("RequestRoles", _granted_to_key, recorded=True),
    ("GET", "/v1/keys"): _read("ReadKeys"),
    ("POST", "/v1/keys/changes"): Named("RequestRotation", _settings, recorded=True),
    ("GET", "/v1/changes"): Named("ReadRoles", _rows),
    ("POST", "/v1/changes/{id}/approve"): Named("ApproveRoles", _change, recorded=True),
    ("POST", "/v1/changes/{id}/refuse"): Named("RefuseChange", _refused_change, recorded=True),
    ("POST", "/v1/changes/{id}/withdraw"): Named("WithdrawChange", _withdrawn_change, recorded=True),
    ("GET", "/v1/routing"): _read("GetRouting"),
    ("PUT", "/v1/routing"): _write("SetRouting"),
    ("PUT", "/v1/routing/draft"): _write("DraftRouting"),
    ("POST", "/v1/routing/draft/publish"): _write("PublishRouting"),
    ("POST", "/v1/routing/roll-back"): _write("RollBackRouting"),
    ("GET", "/v1/routing/versions/{version}"): _read("GetRoutingVersion"),
    ("POST", "/v1/routing/what-if"): _read("AskWhatIf"),
    ("GET", "/v1/routing/what-if/{id}"): _read("GetWhatIf"),
    ("GET", "/v1/bot"): _read("GetBot"),
    ("PUT", "/v1/bot"): _write("SetBot"),
    ("GET", "/v1/flows"): _read("ListFlows"),
    ("GET", "/v1/flows/{name}"): _read("GetFlow"),
    ("PUT", "/v1/flows/{name}"): _write("SetFlow"),
    ("POST", "/v1/flows/{name}/publish"): _write("PublishFlow"),
    ("GET", "/v1/hours"): _read("GetHours"),
    ("PUT", "/v1/hours"): _write("SetHours"),
    ("GET", "/v1/waiting-room"): _read("GetWaitingRoom"),
    ("PUT", "/v1/waiting-room"): _write("SetWaitingRoom"),
    ("GET", "/v1/privacy"): _read("GetMasking"),
    ("PUT", "/v1/privacy"): _write("SetMasking"),
    ("GET", "/v1/rules"): _read("GetRules"),
    ("PUT", "/v1/rules"): _write("SetRules"),
    ("POST", "/v1/rules/dry-run"): Named("RehearseRules", _dry_run),
    ("GET", "/v1/glossary"): _read("GetGlossary"),
    ("GET", "/v1/glossary/versions/{version}"): _read("GetGlossaryVersion"),
    ("PUT", "/v1/glossary"): _write("SetGlossary"),
    ("GET", "/v1/translation"): _read("GetTranslation"),
    ("GET", "/v1/large-model"): _read("GetLargeModel"),
    ("GET", "/v1/macros"): _read("GetMacros"),
    ("PUT", "/v1/macros"): _write("SetMacros"),
    ("GET", "/v1/corrections"): _read("ExportCorrections"),
    ("POST", "/v1/improvements"): _read("AskImprovement"),
    ("GET", "/v1/improvements/{id}"): _read("GetImprovement"),
    ("GET", "/v1/knowledge/articles"): _read("ListArticles"),
    ("POST", "/v1/knowledge/articles"): _write("ImportArticles"),
    ("GET", "/v1/knowledge/articles/{id}"): _read("GetArticle"),
    ("GET", "/v1/knowledge/articles/{id}/versions"): _read("ListArticleVersions"),
    ("GET", "/v1/knowledge/articles/{id}/versions/{version}"): _read("GetArticleVersion"),
    ("PUT", "/v1/knowledge/articles/{id}/draft"): _write("DraftArticle"),
    ("POST", "/v1/knowledge/articles/{id}/publish"): _write("PublishArticle"),
    ("POST", "/v1/knowledge/articles/{id}/retire"): _write("RetireArticle"),
    ("POST", "/v1/knowledge/search"): Named("SearchKnowledge", _search),
    ("GET", "/v1/knowledge/usage"): _read("GetKnowledgeUsage"),
    ("GET", "/v1/parked"): Named("SeeParked", _rows),
    ("POST", "/v1/parked/{id}/redrive"): Named("RedriveParked", _parked, recorded=True),
    ("POST", "/v1/parked/{id}/discard"): Named("DiscardParked", _parked, recorded=True),
    ("GET", "/v1/audit"): Named("LookupEvents", _ledger),
    ("GET", "/v1/audit/search"): Named("SearchAudit", _archive),
    ("GET", "/v1/audit/verify"): Named("VerifyAudit", _archive),
    ("POST", "/v1/audit/exports"): Named("ExportAudit", _archive),
    ("GET", "/v1/audit/exports/{id}"): Named("ExportAudit", _archive),
}

SOCKET: Mapping[str, Named] = {
    "heartbeat": Named("Heartbeat", _desk),
    "presence": Named("SetPresence", _desk),
    "accept": Named("Accept", _said),
    "decline": Named("Decline", _said),
    "take": Named("Take", _said),
    "resolve": Named("Resolve", _said),
    "reply": Named("Reply", _said),
    "note": Named("AddNote", _said),
    "resend": Named("Resend", _said),
    "transfer": Named("Transfer", _said),
    "consult": Named("Consult", _said),
    "end_consult": Named("EndConsult", _said_consult),
    "typing": Named("ShowTyping", _said),
}
"""The desk's; what visitors send is theirs by their session, and reaches nothing but their own conversation."""


def admit(admission: Admission, named: Named, asked: Asked) -> None:
    """Raises NotAdmitted where the caller may not, and what looking for the thing raises."""
    admission.admit(asked.actor, named.action, named.about(asked), record=named.recorded)
