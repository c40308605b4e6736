"""The environment, parsed once, when first asked for. Nothing else reads it."""

from __future__ import annotations

from datetime import timedelta
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
    kms_key_id: str = ""
    secret_prefix: str = "switchboard"  # noqa: S105 - the name of a prefix
    tenant: str = "switchboard"
    socket_endpoint: str = ""
    planner_function: str = ""
    librarian_function: str = ""
    indexer_function: str = ""
    allowed_origins: str = ""
    translator: str = "offline"  # or "amazon", or "argos:" and the path of a folder of models
    translate_endpoint: str = ""  # of Amazon Translate, where it is another than AWS's
    small_model: bool = False  # messages are understood without the encoder, less well, in a tenth of its memory
    accept_seconds: int = Field(30, ge=5, le=3600)
    grace_seconds: int = Field(20, ge=0, le=600)
    outbound_max_receives: int = Field(5, ge=2)

    @classmethod
    def parse(cls, environment: dict[str, str]) -> Settings:
        """From `SWITCHBOARD_*` variables; a bad value fails with its name."""
        found = {k.removeprefix(PREFIX).lower(): v for k, v in environment.items() if k.startswith(PREFIX) and v}
        return cls.model_validate(found)

    @cached_property
    def origins(self) -> frozenset[str]:
        return frozenset(o.strip().rstrip("/") for o in self.allowed_origins.split(",") if o.strip())

    @property
    def socket_url(self) -> str:
        """Where clients open the WebSocket: the management endpoint by another scheme."""
        return self.socket_endpoint.replace("http", "ws", 1)

    @property
    def grace(self) -> timedelta:
        return timedelta(seconds=self.grace_seconds)

    @property
    def accept_within(self) -> timedelta:
        return timedelta(seconds=self.accept_seconds)
