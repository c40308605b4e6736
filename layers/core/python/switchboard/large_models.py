"""The composition root's part for the optional large model."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from switchboard.application.drafting import DraftDesk
    from switchboard.bootstrap import Services
    from switchboard.domain.drafting.costs import Prices
    from switchboard.settings import Settings

PATIENCE = 18  # seconds for an answer; API Gateway gives a whole request 29


def drafts(services: Services) -> DraftDesk:
    from switchboard.adapters.aws.large_model import BedrockModel
    from switchboard.adapters.dynamo.spending import DynamoSpending
    from switchboard.application.drafting import DraftDesk

    s = services.settings
    model = BedrockModel(_OneClient(s.large_model_endpoint), s.large_model, s.large_model_guardrail) if s.large_model else None
    return DraftDesk(
        services.store, services.index, services.clock, services.librarian, model, partial(prices, s),
        DynamoSpending(services.tables), partial(secrets.token_hex, 16), s.own_hosts,
    )  # fmt: skip


def prices(s: Settings) -> Prices:
    """Raises Misconfigured where nobody said what the model costs: then nothing could be counted, and no ceiling would hold."""
    from switchboard.domain.drafting.costs import Prices
    from switchboard.domain.errors import Misconfigured

    if not s.large_model_price_in or not s.large_model_price_out:
        raise Misconfigured("say what 1,000 tokens of the large model cost: LargeModelPriceIn, LargeModelPriceOut")
    return Prices(
        s.large_model_price_in, s.large_model_price_out, s.large_model_currency, s.large_model_conversation, s.large_model_daily
    )


class _OneClient:
    """A client made when first asked for. It tries once: a second try may cost a second time."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint, self._made = endpoint, None

    def __call__(self) -> Any:
        if self._made is None:
            self._made = bedrock(self._endpoint)
        return self._made


def bedrock(endpoint: str = "", patience: float = PATIENCE) -> Any:
    """A boto3 client of bedrock-runtime."""
    import boto3
    from botocore.config import Config

    config = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=2, read_timeout=patience)
    return boto3.client("bedrock-runtime", config=config, endpoint_url=endpoint or None)
