"""Separation of duties, for who gives rights: what one person may hold together, and what a key may be granted."""

from __future__ import annotations

from collections.abc import Collection

PEOPLE = frozenset({"agent", "supervisor", "administrator", "auditor", "privacy_officer"})
_APART = ("administrator", "auditor", "privacy_officer")  # each excludes the others, and whoever serves customers

# The most that an API key's grants may list: what `GrantableToKeys` holds in policies/schema.cedarschema (a test compares).
GRANTABLE_TO_KEYS = frozenset(
    {
        *("AddNote", "AskWhatIf", "CorrectIntent", "DraftArticle", "ExportAudit", "GetArticle", "GetArticleVersion", "GetBot"),
        *("GetContact", "GetConversation", "GetConversationEvents", "GetConversationSla", "GetFlow", "GetGlossary"),
        *("GetGlossaryVersion", "GetHours", "GetImprovement", "GetKnowledgeUsage", "GetLargeModel", "GetMacros", "GetMasking"),
        *("GetReceipts", "GetRouting", "GetRoutingVersion", "GetRules", "GetSummary", "GetTranslation", "GetWaitingRoom", "GetWhatIf"),
        *("ListArticleVersions", "ListArticles", "ListConversations", "ListFlows", "LookupEvents", "MergeContacts", "Reply"),
        *("Resolve", "SearchAudit", "SearchKnowledge", "SeeAgent", "SeeInHistory", "SetConsent", "Transfer", "TranslateMessages"),
    }
)

# The same for people: what `GrantableToAgents`, `GrantableToAgentsInTeam` and `GrantableToOfficers` hold. Whom each serves, and where,
# the policies say.
GRANTABLE_TO_PEOPLE = frozenset(
    {
        *("AddNote", "AskWhatIf", "Consult", "CorrectIntent", "DraftArticle", "DraftRouting", "EndConsult"),
        *("GetArticle", "GetArticleVersion", "GetBot", "GetContact", "GetConversation", "GetConversationEvents"),
        *("GetConversationSla", "GetFlow", "GetGlossary", "GetGlossaryVersion", "GetHours", "GetKnowledgeUsage"),
        *("GetLargeModel", "GetMacros", "GetMasking", "GetReceipts", "GetRouting", "GetRoutingVersion", "GetRules"),
        *("GetSummary", "GetTranslation", "GetWaitingRoom", "GetWhatIf", "ListArticleVersions", "ListArticles"),
        *("ListConversations", "ListFlows", "MergeContacts", "Resolve", "SeeInHistory", "SetAttributes", "SetMacros"),
        *("Transfer", "TranslateMessages"),
    }
)


def compatible(roles: Collection[str]) -> bool:
    """Whether one person may hold these roles together. A role nobody knows goes with nothing, not even alone."""
    held = set(roles)
    return held <= PEOPLE and (len(held) <= 1 or held.isdisjoint(_APART))


def within_ceiling(grants: Collection[str]) -> bool:
    """Whether an API key may be granted all of these actions."""
    return GRANTABLE_TO_KEYS.issuperset(grants)


def addable(grants: Collection[str]) -> bool:
    """Whether these actions may be added to a person's role at all."""
    return GRANTABLE_TO_PEOPLE.issuperset(grants)
