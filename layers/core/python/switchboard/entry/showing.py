"""Which of the desk's routes show customers' words, and are masked for those who may not see them. The others show the company's own
settings: those come back as they were written, or they would be written back masked. Every route stands in one of the two; one that
stands in none is masked."""

from __future__ import annotations

Route = tuple[str, str]

SETTINGS: frozenset[Route] = frozenset({
    ("GET", "/v1/me"), ("POST", "/v1/tickets"), ("PUT", "/v1/me/presence"), ("GET", "/v1/agents"), ("PUT", "/v1/agents/{id}"),
    ("PUT", "/v1/agents/{id}/limits"), ("PUT", "/v1/agents/{id}/grants"), ("PUT", "/v1/integrations/{id}/grants"),
    ("GET", "/v1/keys"), ("POST", "/v1/keys/changes"), ("GET", "/v1/changes"),
    ("POST", "/v1/changes/{id}/approve"), ("POST", "/v1/changes/{id}/refuse"), ("POST", "/v1/changes/{id}/withdraw"),
    ("GET", "/v1/bot"), ("PUT", "/v1/bot"), ("GET", "/v1/routing"), ("PUT", "/v1/routing"), ("GET", "/v1/routing/versions/{version}"),
    ("PUT", "/v1/routing/draft"), ("POST", "/v1/routing/draft/publish"), ("POST", "/v1/routing/roll-back"),
    ("POST", "/v1/routing/what-if"), ("GET", "/v1/routing/what-if/{id}"), ("GET", "/v1/rules"), ("PUT", "/v1/rules"),
    ("GET", "/v1/flows"), ("GET", "/v1/flows/{name}"), ("PUT", "/v1/flows/{name}"), ("POST", "/v1/flows/{name}/publish"),
    ("GET", "/v1/hours"), ("PUT", "/v1/hours"), ("GET", "/v1/waiting-room"), ("PUT", "/v1/waiting-room"),
    ("GET", "/v1/knowledge/articles"), ("POST", "/v1/knowledge/articles"), ("GET", "/v1/knowledge/articles/{id}"),
    ("GET", "/v1/knowledge/articles/{id}/versions"), ("GET", "/v1/knowledge/articles/{id}/versions/{version}"),
    ("PUT", "/v1/knowledge/articles/{id}/draft"), ("POST", "/v1/knowledge/articles/{id}/publish"),
    ("POST", "/v1/knowledge/articles/{id}/retire"), ("POST", "/v1/knowledge/search"), ("GET", "/v1/knowledge/usage"),
    ("GET", "/v1/large-model"), ("POST", "/v1/improvements"), ("GET", "/v1/translation"), ("GET", "/v1/glossary"),
    ("PUT", "/v1/glossary"), ("GET", "/v1/glossary/versions/{version}"), ("GET", "/v1/privacy"), ("PUT", "/v1/privacy"),
    ("GET", "/v1/macros"), ("PUT", "/v1/macros"), ("GET", "/v1/retention"), ("PUT", "/v1/retention"), ("GET", "/v1/retention/report"),
    ("GET", "/v1/privacy/exports/{id}"),  # a link, which must come whole
    # Records as they were signed: what is personal in them is sealed, and a hash that looks like a card's number is none.
    ("GET", "/v1/audit/search"), ("GET", "/v1/audit/verify"), ("POST", "/v1/audit/exports"), ("GET", "/v1/audit/exports/{id}"),
    ("POST", "/v1/conversations/{id}/translations/draft"),  # an agent's own words, which are to be sent
    ("POST", "/v1/conversations/{id}/messages/{message}/reveal"),  # nothing is masked: that is what it is for
})  # fmt: skip
PERSONAL: frozenset[Route] = frozenset({
    ("GET", "/v1/inbox"), ("GET", "/v1/conversations/{id}"), ("GET", "/v1/conversations/{id}/events"),
    ("POST", "/v1/conversations/{id}/accept"), ("POST", "/v1/conversations/{id}/decline"), ("POST", "/v1/conversations/{id}/take"),
    ("POST", "/v1/conversations/{id}/resolve"), ("POST", "/v1/conversations/{id}/messages"), ("POST", "/v1/conversations/{id}/notes"),
    ("POST", "/v1/conversations/{id}/transfer"), ("POST", "/v1/conversations/{id}/resend"),
    ("POST", "/v1/conversations/{id}/consult"), ("DELETE", "/v1/conversations/{id}/consult/{agent}"),
    ("GET", "/v1/conversations/{id}/receipts"), ("GET", "/v1/conversations/{id}/sla"), ("GET", "/v1/conversations/{id}/assist"),
    ("GET", "/v1/conversations/{id}/summary"), ("POST", "/v1/conversations/{id}/check"),
    ("POST", "/v1/conversations/{id}/macros/{name}"), ("POST", "/v1/conversations/{id}/macros/{name}/apply"),
    ("GET", "/v1/conversations/{id}/suggestions"), ("POST", "/v1/conversations/{id}/suggestions"),
    ("POST", "/v1/conversations/{id}/drafts"), ("POST", "/v1/conversations/{id}/translations"),
    ("PUT", "/v1/conversations/{id}/messages/{message}/intent"),
    ("GET", "/v1/contacts/{id}"), ("PUT", "/v1/contacts/{id}/attributes"), ("POST", "/v1/contacts/{id}/merge"),
    ("GET", "/v1/contacts/{id}/consents"), ("PUT", "/v1/contacts/{id}/consents"), ("PUT", "/v1/contacts/{id}/rectification"),
    ("PUT", "/v1/contacts/{id}/restriction"), ("PUT", "/v1/contacts/{id}/objections"),
    ("GET", "/v1/contacts/{id}/conversations"), ("GET", "/v1/parked"), ("POST", "/v1/parked/{id}/redrive"),
    ("POST", "/v1/parked/{id}/discard"), ("GET", "/v1/audit"), ("GET", "/v1/corrections"), ("GET", "/v1/improvements/{id}"),
    ("POST", "/v1/rules/dry-run"),
    ("POST", "/v1/privacy/contacts/{id}/erasure"), ("POST", "/v1/privacy/contacts/{id}/hold"),
    ("DELETE", "/v1/privacy/contacts/{id}/hold"), ("GET", "/v1/privacy/requests"), ("POST", "/v1/privacy/requests/{id}/approve"),
    ("POST", "/v1/privacy/requests/{id}/refuse"), ("POST", "/v1/privacy/requests/{id}/withdraw"),
    ("POST", "/v1/privacy/contacts/{id}/export"),
})  # fmt: skip
