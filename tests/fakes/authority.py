"""The predefined roles in some lines of Python: what the use cases are tried with. The matrix judges the real policies."""

from __future__ import annotations

from switchboard.domain.authority.question import Decision, Kind, Principal, Question, Resource

ONESELF = {"GetMe", "OpenTicket", "Connect", "Heartbeat"}
TEXTS = {"GetGlossary", "GetGlossaryVersion", "GetTranslation", "GetMacros", "ListArticles", "GetArticle", "ListArticleVersions", "GetArticleVersion"}
SEARCH = {"SearchKnowledge"}
GET = {"GetRouting", "GetRoutingVersion", "GetBot", "ListFlows", "GetFlow", "GetHours", "GetWaitingRoom", "GetRules", "GetLargeModel", "GetMasking"}
DRAFT = {"DraftRouting", "SetMacros", "DraftArticle"}
SET = {
    "SetRouting", "PublishRouting", "RollBackRouting", "SetBot", "SetFlow", "PublishFlow", "SetHours", "SetWaitingRoom", "SetRules", "SetGlossary",
    "ImportArticles", "PublishArticle", "RetireArticle", "SetMasking", "ExportCorrections",
}
READ = {"GetConversation", "GetConversationEvents", "GetSummary", "TranslateMessages"}
OWNER = {
    "Accept", "Decline", "Reply", "Resend", "RateSuggestion", "DraftAnswer", "TranslateDraft", "PreviewMacro", "ApplyMacro", "CheckAnswer",
    "ShowTyping", "PushEvents", "PushFetch", "PushDelivery", "PushTyping",
}
STEER = {"Resolve", "Transfer", "Consult", "GetSuggestions", "GetAssist"}
SUBJECT = {"SetConsent", "Rectify", "Restrict", "Object"}


class RuledAuthority:
    def decide(self, question: Question) -> Decision:
        allowed = _allowed(question)
        return Decision(allowed, (f"{question.principal.role}-{question.action}",) if allowed else ())


def _inside(p: Principal, r: Resource) -> bool:
    limits = ((p.regions, r.region), (p.brands, r.brand), (p.tiers, r.tier))
    return r.kind not in ("conversation", "contact", "subject", "parked") or all(not some or one in some for some, one in limits)


def _allowed(q: Question) -> bool:
    p, r, a = q.principal, q.resource, q.action
    own, team = r.owner == p.id and bool(p.id), r.queue in p.teams
    if p.kind is Kind.SERVICE:
        return (p.role, a) in {("sweeper", "Sweep"), ("planner", "Plan"), ("indexer", "Index"), ("notary", "SignRoots")}
    if not _inside(p, r):
        return False
    if p.kind is Kind.INTEGRATION:
        return a in {"SetAttributes", "SetDecidingAttributes", "GetWhatIf", "GetKnowledgeUsage"}
    if p.role not in ("agent", "supervisor", "administrator", "auditor", "privacy_officer"):
        return False
    if a in ONESELF:
        return True
    match p.role:
        case "administrator":
            me = r.about == p.id
            return (a in GET | SET | DRAFT | TEXTS | SEARCH | {"RehearseRules", "AskWhatIf", "GetWhatIf", "GetKnowledgeUsage", "SeeAgent"} and (
                r.kind == "settings" or a == "SeeAgent")) or (a in {"SetAgent", "RequestRoles"} and not me)
        case "auditor":
            return a in GET | TEXTS | {"SeeAgent", "LookupEvents"}
        case "privacy_officer":
            return a in SUBJECT | {"GetContact", "GetConsents", "GetGlossary", "GetGlossaryVersion", "GetTranslation"}
    lead, open_ = p.role == "supervisor", r.state != "resolved"
    if a in TEXTS | SEARCH | {"SetPresence", "PushAgent"}:
        return True
    if a in GET | DRAFT | {"AskWhatIf", "GetWhatIf", "GetKnowledgeUsage", "AskImprovement", "GetImprovement"}:
        return lead
    if a == "SeeAgent":
        return team or r.about == p.id
    if r.kind == "settings":
        return lead and a == "RehearseRules"
    if a in {"SeeParked", "RedriveParked", "DiscardParked"}:
        return lead and (team or not r.queue)
    if a in {"BeTransferredTo", "BeConsulted"}:
        return team and (a == "BeTransferredTo" or not p.assigned_only)
    if a in OWNER:
        return own
    waiting = team and r.state == "queued" and not p.assigned_only
    if a in {"Take", "PushQueue"}:
        return waiting
    if a == "SeeInInbox":
        return own or waiting
    if lead:
        if a == "RevealMessage":
            return team and bool(q.facts.get("reason"))
        if a in STEER | {"EndConsult", "SetAttributes", "MergeContacts", "PushSla", "PushAnger"}:
            return (team or own) and (open_ or r.kind == "contact") and bool(q.facts.get("into", True))
        return (team or own or r.served_by == p.id) and a != "SetDecidingAttributes"
    if own:
        return a in READ | STEER | {"GetContact", "GetConsents", "SetAttributes", "ListConversations", "SeeInHistory", "AddNote", "EndConsult",
                                    "GetConversationSla", "CorrectIntent"} or (a == "RevealMessage" and bool(q.facts.get("reason")))  # fmt: skip
    if p.assigned_only:
        return False
    if a == "GetConversationSla" and waiting:
        return True
    if p.id in r.consulted:
        return a in READ | {"GetContact", "GetConsents", "AddNote", "EndConsult", "GetConversationSla"}
    earlier = not open_ and r.served_by == p.id and r.kind == "conversation"
    if earlier or (r.finished_by == p.id and team and not r.served_by):
        return a in READ | {"GetConversationSla", "SeeInHistory"} or (a == "CorrectIntent" and r.finished_by == p.id)
    return False
