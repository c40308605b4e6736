"""Fills a fresh stack with the sample company, through the same use cases an administrator's calls reach."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from local import company
from local.emulators.aws import clients
from switchboard.bootstrap import Services
from switchboard.domain import events as ev
from switchboard.domain.knowledge.article import Audience
from switchboard.domain.knowledge.hits import Hit
from switchboard.settings import Settings


def settings_of(outputs: dict[str, str], accept_seconds: int = 30, stack: str = "switchboard") -> Settings:
    """The settings of a process that works on a deployed stack from outside. `stack`: its name, to call its functions by."""
    return Settings(
        ledger_table=outputs["LedgerTable"], state_table=outputs["StateTable"], deliveries_table=outputs["DeliveriesTable"],
        connections_table=outputs["ConnectionsTable"], keys_table=outputs["KeysTable"], kms_key_id=outputs["KmsKeyArn"],
        inbound_queue_url=outputs["InboundQueueUrl"], outbound_queue_url=outputs["OutboundQueueUrl"],
        timers_queue_url=outputs["TimersQueueUrl"], actions_queue_url=outputs["ActionsQueueUrl"],
        blob_bucket=outputs["BlobBucket"], facts_stream=outputs["FactsStream"], accept_seconds=accept_seconds,
        audit_bucket=outputs["AuditBucket"], audit_key_arn=outputs["AuditKeyArn"], certificate_key_arn=outputs["CertificateKeyArn"],
        librarian_function=f"{stack}-librarian", indexer_function=f"{stack}-indexer",
    )  # fmt: skip


def seed(endpoint: str, outputs: dict[str, str], sandbox: str, shop: Mapping[str, Any]) -> Services:
    """Keys, accounts, agents, logins. `sandbox` is the address that stands in for the vendors, `shop` the endpoint of the company's
    own system. Needs AWS_ENDPOINT_URL set."""
    aws = clients(endpoint)
    services = Services(settings_of(outputs))
    services.provision()
    secrets = aws("secretsmanager")
    for name, document in company.accounts(sandbox).items():
        secrets.create_secret(Name=f"switchboard/accounts/{name}", SecretString=json.dumps(document))
    secrets.create_secret(Name="switchboard/connectors/shop", SecretString=json.dumps(shop))
    for person in company.PEOPLE:
        _sign_up(aws("cognito-idp"), outputs["UserPoolId"], person)
        if person.queues:
            profile = ev.AgentProfileSet(person.capacity, person.queues, person.languages, person.name)
            services.presence.set_profile(ev.SYSTEM, person.login, profile)
    return services


class _Quiet:
    """Where articles are taken in one after the other, the index is made once, at the end."""

    def renew(self) -> None:
        pass

    def search(self, text: str, locale: str, region: str, audience: Audience, limit: int) -> Sequence[Hit]:
        raise NotImplementedError("nobody searches while articles are taken in")


def write_articles(services: Services, folder: Path) -> None:
    """Publish every article of the folder, as an import does, and have them indexed; the index is there some seconds later."""
    book = replace(services.article_book, librarian=_Quiet())
    for path in sorted(folder.glob("*.md")):
        book.take_in(ev.SYSTEM, path.read_text("utf-8"), publish=True)
    services.librarian.renew()


def _sign_up(cognito: Any, pool: str, person: company.Person) -> None:
    cognito.admin_create_user(
        UserPoolId=pool, Username=person.login, MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": f"{person.login}@example.com"}, {"Name": "email_verified", "Value": "true"}],
    )  # fmt: skip
    cognito.admin_set_user_password(UserPoolId=pool, Username=person.login, Password=person.password, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=person.login, GroupName=person.role)
