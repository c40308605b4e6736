"""The environment, parsed once, when first asked for. Nothing else reads it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field

PREFIX = "SWITCHBOARD_"


class Settings(BaseModel):
    """A function is given only what it uses; the rest stays empty and fails at first use with the service's own error."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    ledger_table: str = ""
    state_table: str = ""
    deliveries_table: str = ""
    connections_table: str = ""
    keys_table: str = ""
    inbound_queue_url: str = ""
    outbound_queue_url: str = ""
    timers_queue_url: str = ""
    hooks_queue_url: str = ""
    actions_queue_url: str = ""
    blob_bucket: str = ""
    facts_stream: str = ""
    facts_bucket: str = ""
    kms_key_id: str = ""
    audit_bucket: str = ""
    audit_key_arn: str = ""
    audit_source: str = "switchboard.example.com"  # of audit records: "switchboard." and the company's domain
    aws_account: str = ""
    secret_prefix: str = "switchboard"  # noqa: S105 - the name of a prefix
    tenant: str = "switchboard"
    socket_endpoint: str = ""
    planner_function: str = ""
    librarian_function: str = ""
    indexer_function: str = ""
    large_model: str = ""  # the id of a model of Amazon Bedrock; empty: there is none
    large_model_endpoint: str = ""  # another than the region's: a VPC endpoint's, or an emulator's
    large_model_guardrail: str = Field("", pattern=r"^(|.+:([1-9][0-9]*|DRAFT))$")  # id or ARN, and version
    large_model_price_in: Decimal = Field(Decimal(0), ge=0)  # of 1,000 tokens
    large_model_price_out: Decimal = Field(Decimal(0), ge=0)
    large_model_currency: str = Field("USD", pattern=r"^[A-Z]{3}$")
    large_model_daily: Decimal = Field(Decimal(5), gt=0)  # what may be spent
    large_model_conversation: Decimal = Field(Decimal("0.10"), gt=0)
    large_model_hosts: str = ""  # of the company's pages that drafts may name, comma separated
    allowed_origins: str = ""
    translator: str = "offline"  # or "amazon", or "argos:" and the path of a folder of models
    translate_endpoint: str = ""  # of Amazon Translate, where it is another than AWS's
    small_model: bool = False  # messages are understood without the encoder, less well, in a tenth of its memory
    accept_seconds: int = Field(30, ge=5, le=3600)
    grace_seconds: int = Field(20, ge=0, le=600)
    erasure_delay_hours: int = Field(24, ge=0, le=720)  # between the approval of an erasure and the destruction of keys
    certificate_key_arn: str = ""  # signs certificates of erasure
    outbound_max_receives: int = Field(5, ge=2)

    @classmethod
    def parse(cls, environment: dict[str, str]) -> Settings:
        """From `SWITCHBOARD_*` variables; a bad value fails with its name."""
        found = {k.removeprefix(PREFIX).lower(): v for k, v in environment.items() if k.startswith(PREFIX) and v}
        return cls.model_validate(found)

    @cached_property
    def origins(self) -> frozenset[str]:
        return frozenset(o.strip().rstrip("/") for o in self.allowed_origins.split(",") if o.strip())

    @cached_property
    def own_hosts(self) -> frozenset[str]:
        return frozenset(h.strip().lower() for h in self.large_model_hosts.split(",") if h.strip())

    @property
    def socket_url(self) -> str:
        """Where clients open the WebSocket: the management endpoint by another scheme."""
        return self.socket_endpoint.replace("http", "ws", 1)

    @property
    def erasure_delay(self) -> timedelta:
        return timedelta(hours=self.erasure_delay_hours)

    @property
    def grace(self) -> timedelta:
        return timedelta(seconds=self.grace_seconds)

    @property
    def accept_within(self) -> timedelta:
        return timedelta(seconds=self.accept_seconds)
