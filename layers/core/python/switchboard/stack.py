"""The composition root's lower half: the adapters of one process, made when first asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from switchboard.domain.errors import NotAllowedNow
from switchboard.settings import Settings

if TYPE_CHECKING:
    from switchboard.adapters.aws.accounts import SecretAccounts
    from switchboard.adapters.aws.endpoints import SecretEndpoints
    from switchboard.adapters.aws.facts import FirehoseFacts
    from switchboard.adapters.aws.gateway import WebSocketGateway
    from switchboard.adapters.dynamo import DynamoConnections, DynamoDeliveries, DynamoStore, Tables
    from switchboard.adapters.dynamo.attempts import DynamoAttempts
    from switchboard.adapters.dynamo.flows import DynamoFlows
    from switchboard.adapters.sqs.hooks import SqsHookOutbox
    from switchboard.adapters.sqs.inbound import SqsInboundQueue
    from switchboard.adapters.sqs.outbound import SqsOutbox
    from switchboard.adapters.vault import BranchKeys, Index, KeyRecord, QueueSeal, Vault
    from switchboard.adapters.vault.generations import Generations
    from switchboard.application.authority import Authority
    from switchboard.application.key_rotation import KeyRotation
    from switchboard.application.ports import Understander


class Stack:
    """What a process works with. `settings` decides which deployed stack that is."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.on_lost_facts: Callable[[int], None] = lambda _: None  # the edge sets it, and counts
        self.key_approval: Callable[[str], None] = _nobody_agreed  # what takes an approved request, where there is one

    # -- AWS clients -----------------------------------------------------------------------------

    def client(self, service: str, *, retries: int = 4, answer_within: float = 10, signature: str = "", **arguments: Any) -> Any:
        """`answer_within`: seconds of each attempt. What somebody waits for, or may do without, is asked for more briefly."""
        import boto3
        from botocore.config import Config

        config = Config(
            retries={"mode": "standard", "total_max_attempts": 1 + retries}, connect_timeout=min(2.0, answer_within),
            read_timeout=answer_within, signature_version=signature or None,
        )  # fmt: skip
        return boto3.client(service, config=config, **arguments)

    @property
    def region(self) -> str:
        import boto3

        return boto3.session.Session().region_name or ""

    @cached_property
    def _dynamo_client(self) -> Any:
        return self.client("dynamodb")

    @cached_property
    def sqs_client(self) -> Any:
        return self.client("sqs")

    # -- adapters --------------------------------------------------------------------------------

    @cached_property
    def clock(self) -> Any:
        from switchboard.adapters.system import SystemClock

        return SystemClock()

    @cached_property
    def ids(self) -> Any:
        from switchboard.adapters.system import TimeOrderedIds

        return TimeOrderedIds()

    @cached_property
    def branches(self) -> BranchKeys:
        from switchboard.adapters.vault import BranchKeys
        from switchboard.adapters.vault.dynamo_records import DynamoBranchRecords
        from switchboard.adapters.vault.kms_wrapper import KmsWrapper

        return BranchKeys(
            DynamoBranchRecords(self._dynamo_client, self.settings.keys_table),
            KmsWrapper(self.client("kms"), self.settings.kms_key_id),
            tenant=self.settings.tenant,
            clock=time.time,
        )

    @cached_property
    def generations(self) -> Generations:
        from switchboard.adapters.vault.dynamo_records import DynamoBranchRecords
        from switchboard.adapters.vault.generations import Generations

        return Generations(self.branches, DynamoBranchRecords(self._dynamo_client, self.settings.keys_table))

    @cached_property
    def key_rotation(self) -> KeyRotation[KeyRecord]:
        from switchboard.adapters.vault.data_keys import DynamoDataKeys
        from switchboard.application.key_rotation import KeyRotation

        keys = DynamoDataKeys(self._dynamo_client, self.settings.keys_table)
        return KeyRotation(self.generations, keys, self.clock, lambda what: self.key_approval(what))

    @cached_property
    def vault(self) -> Vault:
        from switchboard.adapters.vault import Vault

        return Vault(self.branches, clock=time.time)

    @cached_property
    def queue_seal(self) -> QueueSeal:
        from switchboard.adapters.vault import QueueSeal

        return QueueSeal(self.branches)

    @cached_property
    def index(self) -> Index:
        from switchboard.adapters.vault import Index

        return Index(self.branches)

    @cached_property
    def tables(self) -> Tables:
        from switchboard.adapters.dynamo import TableNames, Tables

        s = self.settings
        return Tables(TableNames(s.ledger_table, s.state_table, s.deliveries_table, s.connections_table, s.keys_table))

    @cached_property
    def store(self) -> DynamoStore:
        from switchboard.adapters.dynamo import DynamoStore

        return DynamoStore(self.tables, self.vault)

    @cached_property
    def deliveries(self) -> DynamoDeliveries:
        from switchboard.adapters.dynamo import DynamoDeliveries

        return DynamoDeliveries(self.tables)

    @cached_property
    def attempts(self) -> DynamoAttempts:
        from switchboard.adapters.dynamo.attempts import DynamoAttempts

        return DynamoAttempts(self.tables)

    @cached_property
    def flows(self) -> DynamoFlows:
        from switchboard.adapters.dynamo.flows import DynamoFlows

        return DynamoFlows(self.tables)

    @cached_property
    def connections(self) -> DynamoConnections:
        from switchboard.adapters.dynamo import DynamoConnections

        return DynamoConnections(self.tables)

    @cached_property
    def inbound(self) -> SqsInboundQueue:
        from switchboard.adapters.sqs.inbound import SqsInboundQueue

        s = self.settings
        s3 = self.client("s3")
        return SqsInboundQueue(self.sqs_client, s3, s.inbound_queue_url, s.blob_bucket, self.queue_seal, self.index)

    @cached_property
    def outbox(self) -> SqsOutbox:
        from switchboard.adapters.dynamo.cursors import DynamoCursors
        from switchboard.adapters.sqs.outbound import SqsOutbox

        s = self.settings
        return SqsOutbox(self.sqs_client, s.outbound_queue_url, s.timers_queue_url, DynamoCursors(self.tables))

    @cached_property
    def hook_outbox(self) -> SqsHookOutbox:
        from switchboard.adapters.sqs.hooks import SqsHookOutbox

        return SqsHookOutbox(self.sqs_client, self.settings.hooks_queue_url)

    @cached_property
    def endpoints(self) -> SecretEndpoints:
        from switchboard.adapters.aws.endpoints import SecretEndpoints

        return SecretEndpoints(self.client("secretsmanager"), self.settings.secret_prefix, time.monotonic)

    @cached_property
    def accounts(self) -> SecretAccounts:
        from switchboard.adapters.aws.accounts import SecretAccounts

        return SecretAccounts(self.client("secretsmanager"), self.settings.secret_prefix, time.monotonic)

    @cached_property
    def gateway(self) -> WebSocketGateway:
        from switchboard.adapters.aws.gateway import WebSocketGateway

        endpoint = self.settings.socket_endpoint
        return WebSocketGateway(self.client("apigatewaymanagementapi", endpoint_url=endpoint))

    @cached_property
    def facts(self) -> FirehoseFacts:
        from switchboard.adapters.aws.facts import FirehoseFacts

        return FirehoseFacts(self.client("firehose"), self.settings.facts_stream, self.on_lost_facts)

    @cached_property
    def authority(self) -> Authority:
        from switchboard.adapters.cedar.authority import shipped

        return shipped()

    @cached_property
    def understander(self) -> Understander:
        if self.settings.small_model:
            from switchboard.adapters.ngrams.classifier import NgramIntentModel

            return NgramIntentModel()
        from switchboard.adapters.onnx.classifier import OnnxIntentModel
        from switchboard.adapters.onnx.location import locate_model

        return OnnxIntentModel(locate_model())


def _nobody_agreed(what: str) -> None:
    raise NotAllowedNow(f"{what}: this needs a request that two people agreed to")
