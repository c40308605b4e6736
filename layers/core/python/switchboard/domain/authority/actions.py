"""Everything anybody may be asked about: one action a use case, whichever door leads to it.

Names are stable: they stand in policies, in grants of keys and custom roles, and in the audit. `DOORS`: route, socket request,
pushed frame or piece of work -> its action. A route that answers with rows (inbox, agents, parked, requests, what is found) is asked
once a row. A name with brackets is the same route asked for something that is judged apart."""

from __future__ import annotations

from collections.abc import Mapping

_C, _K = "/v1/conversations/{id}", "/v1/knowledge/articles"

_ONESELF = {
    "GET /v1/me": "GetMe",
    "POST /v1/tickets": "OpenTicket",
    "PUT /v1/me/presence": "SetPresence",
    "socket presence": "SetPresence",
    "GET /v1/inbox": "SeeInInbox",
    "socket connect": "Connect",
    "socket heartbeat": "Heartbeat",
}
_CONVERSATIONS = {
    f"GET {_C}": "GetConversation",
    f"GET {_C}/events": "GetConversationEvents",
    f"POST {_C}/accept": "Accept",
    "socket accept": "Accept",
    f"POST {_C}/decline": "Decline",
    "socket decline": "Decline",
    f"POST {_C}/take": "Take",
    "socket take": "Take",
    f"POST {_C}/resolve": "Resolve",
    "socket resolve": "Resolve",
    f"POST {_C}/messages": "Reply",
    "socket reply": "Reply",
    f"POST {_C}/notes": "AddNote",
    "socket note": "AddNote",
    f"POST {_C}/transfer": "Transfer",
    "socket transfer": "Transfer",
    f"POST {_C}/resend": "Resend",
    "socket resend": "Resend",
    f"GET {_C}/receipts": "GetReceipts",
    f"POST {_C}/consult": "Consult",
    "socket consult": "Consult",
    f"DELETE {_C}/consult/{{agent}}": "EndConsult",
    "socket end_consult": "EndConsult",
    f"GET {_C}/sla": "GetConversationSla",
    f"PUT {_C}/messages/{{message}}/intent": "CorrectIntent",
    f"GET {_C}/suggestions": "GetSuggestions",
    f"POST {_C}/suggestions": "RateSuggestion",
    f"POST {_C}/drafts": "DraftAnswer",
    f"POST {_C}/translations": "TranslateMessages",
    f"POST {_C}/translations/draft": "TranslateDraft",
    f"GET {_C}/assist": "GetAssist",
    f"POST {_C}/macros/{{name}}": "PreviewMacro",
    f"POST {_C}/macros/{{name}}/apply": "ApplyMacro",
    f"GET {_C}/summary": "GetSummary",
    f"POST {_C}/check": "CheckAnswer",
    f"POST {_C}/messages/{{message}}/reveal": "RevealMessage",
    "reveal": "RevealMessage",
    "see card, id or phone number without reveal": "SeeUnmasked",
    "socket typing": "ShowTyping",
    "bot suggest": "BotSuggest",
}
_CONTACTS = {
    "GET /v1/contacts/{id}": "GetContact",
    "PUT /v1/contacts/{id}/attributes": "SetAttributes",
    "PUT /v1/contacts/{id}/attributes (customer, region, brand, tier, vip)": "SetDecidingAttributes",
    "POST /v1/contacts/{id}/merge": "MergeContacts",
    "GET /v1/contacts/{id}/conversations": "ListConversations",
    "GET /v1/contacts/{id}/conversations (row)": "SeeInHistory",
    "GET /v1/contacts/{id}/consents": "GetConsents",
}
_PEOPLE = {
    "GET /v1/agents": "SeeAgent",
    "PUT /v1/agents/{id}": "SetAgent",
}
_SETTINGS = {
    "GET /v1/routing": "GetRouting",
    "PUT /v1/routing": "SetRouting",
    "PUT /v1/routing/draft": "DraftRouting",
    "POST /v1/routing/draft/publish": "PublishRouting",
    "POST /v1/routing/roll-back": "RollBackRouting",
    "GET /v1/routing/versions/{n}": "GetRoutingVersion",
    "GET /v1/bot": "GetBot",
    "PUT /v1/bot": "SetBot",
    "GET /v1/flows": "ListFlows",
    "GET /v1/flows/{name}": "GetFlow",
    "PUT /v1/flows/{name}": "SetFlow",
    "POST /v1/flows/{name}/publish": "PublishFlow",
    "GET /v1/hours": "GetHours",
    "PUT /v1/hours": "SetHours",
    "GET /v1/waiting-room": "GetWaitingRoom",
    "PUT /v1/waiting-room": "SetWaitingRoom",
    "GET /v1/rules": "GetRules",
    "PUT /v1/rules": "SetRules",
    "POST /v1/rules/dry-run": "RehearseRules",
    "GET /v1/glossary": "GetGlossary",
    "GET /v1/glossary/versions/{n}": "GetGlossaryVersion",
    "PUT /v1/glossary": "SetGlossary",
    "GET /v1/translation": "GetTranslation",
    "GET /v1/large-model": "GetLargeModel",
    "GET /v1/macros": "GetMacros",
    "PUT /v1/macros": "SetMacros",
    "GET /v1/privacy": "GetMasking",
    "PUT /v1/privacy": "SetMasking",
}
_PAST = {
    "POST /v1/routing/what-if": "AskWhatIf",
    "GET /v1/routing/what-if/{id}": "GetWhatIf",
    "GET /v1/corrections": "ExportCorrections",
    "POST /v1/improvements": "AskImprovement",
    "GET /v1/improvements/{id}": "GetImprovement",
    "GET /v1/improvements/{id} (example)": "SeeExample",
}
_KNOWLEDGE = {
    f"GET {_K}": "ListArticles",
    f"GET {_K}/{{id}}": "GetArticle",
    f"GET {_K}/{{id}}/versions": "ListArticleVersions",
    f"GET {_K}/{{id}}/versions/{{n}}": "GetArticleVersion",
    f"POST {_K}": "ImportArticles",
    f"POST {_K}/{{id}}/publish": "PublishArticle",
    f"POST {_K}/{{id}}/retire": "RetireArticle",
    f"PUT {_K}/{{id}}/draft": "DraftArticle",
    "POST /v1/knowledge/search": "SearchKnowledge",
    "GET /v1/knowledge/usage": "GetKnowledgeUsage",
}
_PARKED = {
    "GET /v1/parked": "SeeParked",
    "POST /v1/parked/{id}/redrive": "RedriveParked",
    "POST /v1/parked/{id}/discard": "DiscardParked",
}
_PUBLIC = {
    "POST /webchat/{account}/sessions": "OpenSession",
    "POST /webchat/{account}/tickets": "OpenVisitorTicket",
    "GET /webhooks/{channel}/{account}": "ConfirmWebhook",
    "POST /webhooks/{channel}/{account}": "ReceiveWebhook",
    "socket message": "SendAsVisitor",
    "socket resume": "ResumeAsVisitor",
    "socket received": "ConfirmReceived",
}
_FRAMES = {
    "frame events": "PushEvents",
    "frame fetch": "PushFetch",
    "frame delivery": "PushDelivery",
    "frame typing": "PushTyping",
    "frame queue": "PushQueue",
    "frame sla": "PushSla",
    "frame anger": "PushAnger",
    "frame agent": "PushAgent",
}
_WORK_GIVEN = {
    "be assigned": "BeAssigned",
    "be transferred to": "BeTransferredTo",
    "be consulted": "BeConsulted",
}
_SUBJECTS = {
    "contact find": "FindContact",
    "privacy requests read": "ReadPrivacyRequests",
    "GET /v1/privacy/requests": "ReadPrivacyRequests",
    "privacy request refuse": "RefuseRequest",
    "POST /v1/privacy/requests/{id}/refuse": "RefuseRequest",
    "privacy request withdraw": "WithdrawRequest",
    "POST /v1/privacy/requests/{id}/withdraw": "WithdrawRequest",
    "privacy export request": "RequestExport",
    "POST /v1/privacy/contacts/{id}/export": "RequestExport",
    "privacy export approve": "ApproveExport",
    "POST /v1/privacy/requests/{id}/approve (an export)": "ApproveExport",
    "privacy export fetch": "FetchExport",
    "GET /v1/privacy/exports/{id}": "FetchExport",
    "privacy erase request": "RequestErasure",
    "POST /v1/privacy/contacts/{id}/erasure": "RequestErasure",
    "privacy erase approve": "ApproveErasure",
    "POST /v1/privacy/requests/{id}/approve": "ApproveErasure",
    "privacy rectify": "Rectify",
    "PUT /v1/contacts/{id}/rectification": "Rectify",
    "privacy restrict": "Restrict",
    "PUT /v1/contacts/{id}/restriction": "Restrict",
    "privacy object": "Object",
    "PUT /v1/contacts/{id}/objections": "Object",
    "consent set": "SetConsent",
    "PUT /v1/contacts/{id}/consents": "SetConsent",
    "hold place": "PlaceHold",
    "POST /v1/privacy/contacts/{id}/hold": "PlaceHold",
    "hold lift": "LiftHold",
    "DELETE /v1/privacy/contacts/{id}/hold": "LiftHold",
    "retention set": "SetRetention",
    "PUT /v1/retention": "SetRetention",
    "retention read": "GetRetention",
    "GET /v1/retention": "GetRetention",
    "retention report": "GetRetention",
    "GET /v1/retention/report": "GetRetention",
    "register read": "ReadRegister",
    "breach pack": "MakeBreachPack",
}
_AUDIT = {
    "GET /v1/audit": "LookupEvents",
    "audit search": "SearchAudit",
    "audit export": "ExportAudit",
    "audit verify": "VerifyAudit",
}
_KEYS_AND_ROLES = {
    "keys rotate request": "RequestRotation",
    "keys rotate approve": "ApproveRotation",
    "keys read": "ReadKeys",
    "keys or roles request refuse": "RefuseChange",
    "keys or roles request withdraw": "WithdrawChange",
    "roles set request": "RequestRoles",
    "roles set approve": "ApproveRoles",
    "roles read": "ReadRoles",
}
_WORK = {
    "schedule sweep": "Sweep",
    "schedule planner": "Plan",
    "schedule indexer": "Index",
    "schedule notary": "SignRoots",
    "schedule retention": "EraseByRule",
    "schedule erase": "EraseByRequest",
    "schedule exporter": "MakeExport",
    "schedule rewrap": "Rewrap",
    "service opens a message": "OpenMessageAsService",
    "service sends to a customer": "SendAsService",
    "service assigns a conversation": "AssignAsService",
    "service changes settings, people, roles or keys' grants": "ChangeAsService",
}

DOORS: Mapping[str, str] = {
    **_ONESELF, **_CONVERSATIONS, **_CONTACTS, **_PEOPLE, **_SETTINGS, **_PAST, **_KNOWLEDGE, **_PARKED, **_PUBLIC, **_FRAMES,
    **_WORK_GIVEN, **_SUBJECTS, **_AUDIT, **_KEYS_AND_ROLES, **_WORK,
}  # fmt: skip

ACTIONS = frozenset(DOORS.values())
