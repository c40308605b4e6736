"""The sample company: its accounts, agents and logins. Nothing here is secret: it exists on this machine only."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Person:
    """An agent of the sample company and how they sign in."""

    login: str
    password: str
    name: str
    role: str
    capacity: int
    queues: tuple[str, ...]
    languages: tuple[str, ...]


ALL = ("general", "billing", "technical")
PEOPLE = (
    Person("mia", "Demo-mia-2026", "Mia Keller", "agent", 4, ALL, ("en", "de")),
    Person("chen", "Demo-chen-2026", "陈静", "agent", 4, ALL, ("zh", "en")),
    Person("omar", "Demo-omar-2026", "Omar Haddad", "agent", 3, ("technical",), ("en", "fr", "ar")),
    Person("sofia", "Demo-sofia-2026", "Sofia Rossi", "supervisor", 2, ALL, ("en", "it")),
    Person("admin", "Demo-admin-2026", "Alex Morgan", "administrator", 0, (), ("en",)),
    Person("ines", "Demo-ines-2026", "Inês Duarte", "auditor", 0, (), ("en", "pt")),
    Person("paul", "Demo-paul-2026", "Paul Weber", "privacy_officer", 0, (), ("en", "de")),
    Person("crm", "Demo-crm-2026", "The company's own system", "integration", 0, (), ("en",)),
)


def _secret(name: str) -> str:
    """A made-up credential, the same on every run."""
    return hashlib.sha256(f"switchboard demo {name}".encode()).hexdigest()


WHATSAPP = {
    "account": "wa-main", "app_secret": _secret("wa app")[:32], "verify_token": _secret("wa verify")[:20],
    "access_token": "EAA" + _secret("wa token")[:40], "phone_number_id": "106540352242922", "waba_id": "102290129340398",
    "display_phone": "+15550783881",
}  # fmt: skip
WECHAT = {
    "account": "oa-main", "token": _secret("oa token")[:24],
    "encoding_aes_key": base64.b64encode(hashlib.sha256(b"switchboard demo oa aes").digest()).decode().rstrip("="),
    "app_id": "wx5823bf96d3bd56c7", "app_secret": _secret("oa app")[:32], "original_id": "gh_7f083739789a",
}  # fmt: skip
WEBCHAT = {"account": "shop", "session_secret": _secret("web session")}
SHOP_SECRET = "whsec_" + base64.b64encode(hashlib.sha256(b"switchboard demo shop").digest()).decode()  # of the company's own system
# A pretended large model, its prices and what may be spent (parameters of the template).
LARGE_MODEL = {
    "LargeModelId": "pretended.large-model-v1", "LargeModelPriceIn": "0.0008", "LargeModelPriceOut": "0.0032",
    "LargeModelCurrency": "EUR", "LargeModelDailyCeiling": "5", "LargeModelConversationCeiling": "0.10",
}  # fmt: skip


def accounts(sandbox: str) -> dict[str, dict[str, Any]]:
    """Secrets Manager documents by `<channel>/<account>`; vendors' APIs are the sandbox's."""
    return {
        f"whatsapp/{WHATSAPP['account']}": {
            "secrets": {k: WHATSAPP[k] for k in ("app_secret", "verify_token", "access_token", "phone_number_id", "waba_id")},
            "base_url": f"{sandbox}/graph/v23.0", "private": True,
        },
        f"wechat/{WECHAT['account']}": {
            "secrets": {
                "token": WECHAT["token"], "encoding_aes_key": WECHAT["encoding_aes_key"], "appid": WECHAT["app_id"],
                "secret": WECHAT["app_secret"],
            },
            "base_url": f"{sandbox}/wechat", "private": True,
        },
        f"webchat/{WEBCHAT['account']}": {"secrets": {"session_secret": WEBCHAT["session_secret"]}},
    }


def sandbox_config(public_api: str) -> dict[str, Any]:
    """What the channel sandbox must know to sign and to judge."""
    return {
        "webhook_base": f"{public_api}/webhooks",
        "whatsapp": [{**WHATSAPP, "url": f"{public_api}/webhooks/whatsapp/{WHATSAPP['account']}"}],
        "wechat": [{**WECHAT, "url": f"{public_api}/webhooks/wechat/{WECHAT['account']}"}],
    }
