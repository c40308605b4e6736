"""A model of Amazon Bedrock, by the Converse API of its runtime: one form for all text models.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)
from botocore.parsers import ResponseParserError

from switchboard.application.large_model import Answer, Limits, NoAnswer, Said, Throttled, TooLong, Withheld

WHOLE = frozenset({"end_turn", "stop_sequence"})
CUT = frozenset({"max_tokens", "model_context_window_exceeded"})
FILTERED = frozenset({"guardrail_intervened", "content_filtered"})
NOT_TAKEN = frozenset({"ThrottlingException", "ModelNotReadyException", "ServiceQuotaExceededException"})
MAY_HAVE_COST = frozenset({"ModelTimeoutException", "InternalServerException", "ServiceUnavailableException", "ModelErrorException"})
NEVER_ARRIVED = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ParamValidationError)
# What botocore lets through where an answer is not of its model.
UNREADABLE = (ResponseParserError, ValueError, TypeError, AttributeError, KeyError)


class BedrockModel:
    """Implements `application.large_model.LargeModel`. `client` makes a boto3 client of bedrock-runtime that tries once. `guardrail`
    is "" or its id or ARN, a colon, and its version."""

    def __init__(self, client: Callable[[], Any], model: str, guardrail: str = "") -> None:
        self._client, self._model = client, model
        identifier, _, version = guardrail.rpartition(":")
        self._guardrail = {"guardrailIdentifier": identifier, "guardrailVersion": version, "trace": "disabled"} if guardrail else None

    @property
    def name(self) -> str:
        return self._model

    def converse(self, system: str, turns: Sequence[Said], limits: Limits) -> Answer:
        asked: dict[str, Any] = {
            "modelId": self._model, "system": [{"text": system}],
            "messages": [{"role": t.role, "content": [{"text": t.text}]} for t in turns],
            "inferenceConfig": {"maxTokens": limits.tokens, "temperature": 0.0},
        }  # fmt: skip
        if self._guardrail:
            asked["guardrailConfig"] = self._guardrail
        try:
            said = self._client().converse(**asked)
        except ClientError as error:
            raise _refusal(error) from error
        except NEVER_ARRIVED as error:
            raise NoAnswer(f"the model was not reached ({type(error).__name__})") from error
        except (BotoCoreError, *UNREADABLE) as error:
            raise NoAnswer(f"the model's answer was lost ({type(error).__name__})", None) from error
        return _answer(said)


def _answer(said: Any) -> Answer:
    """Raises NoAnswer for an answer that is none, or not of the documented form: nobody knows what that one cost."""
    try:
        usage, stop = said["usage"], said["stopReason"]
        tokens = int(usage["inputTokens"]), int(usage["outputTokens"])
        text = "".join(part["text"] for part in said["output"]["message"]["content"] if "text" in part)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NoAnswer("the model's answer is not of the documented form", None) from None
    if min(tokens) < 0:
        raise NoAnswer("the model's answer is not of the documented form", None)
    if stop in CUT:
        raise TooLong("the answer did not end within its limit", tokens)
    if stop in FILTERED:
        raise Withheld("a filter let no answer through", tokens)
    if stop not in WHOLE:
        raise NoAnswer(f"the model ended with {str(stop)[:40]!r}", tokens)
    return Answer(text, *tokens)


def _refusal(error: ClientError) -> NoAnswer:
    code = str(error.response.get("Error", {}).get("Code", ""))[:60]
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) or 0)
    if code in NOT_TAKEN or status == 429:
        return Throttled(f"the model takes no more calls now ({code})")
    if code == "ValidationException" and "too long" in str(error.response["Error"].get("Message", "")).lower():
        return TooLong("there was more to read than the model takes")
    if code in MAY_HAVE_COST or status >= 500:
        return NoAnswer(f"the model failed ({code})", None)
    return NoAnswer(f"the model refused the call ({code})")
