"""Amazon Translate, one call of TranslateText a batch of lines.

After the service's model (botocore, `translate` 2017-07-01): a text has 1 to 10,000 bytes, the answer at most 20,000 characters;
language codes are ISO 639-1 for our twelve. The source is always named: "auto" would have Amazon Comprehend look at the text too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ParamValidationError

from switchboard.domain.errors import Misconfigured
from switchboard.domain.translation.machine import Answer
from switchboard.domain.translation.result import Reason
from switchboard.domain.translation.shielding import UNTRANSLATED

TEXT_BYTES = 10_000
_REASONS = {
    "TooManyRequestsException": Reason.BUSY, "ThrottlingException": Reason.BUSY, "ServiceUnavailableException": Reason.BUSY,
    "InternalServerException": Reason.BUSY, "LimitExceededException": Reason.BUSY, "RequestTimeout": Reason.BUSY,
    "UnsupportedLanguagePairException": Reason.PAIR, "TextSizeLimitExceededException": Reason.TOO_LONG,
    "InvalidRequestException": Reason.DAMAGED, "DetectedLanguageLowConfidenceException": Reason.UNKNOWN_LANGUAGE,
}  # fmt: skip
_OURS = frozenset({
    "AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException",
    "SubscriptionRequiredException", "OptInRequired", "UnknownOperationException",
})  # fmt: skip
"""Refusals that trying again does not mend."""


class AmazonEngine:
    """Implements `domain.translation.machine.Engine`. `client` is a boto3 translate client."""

    name = "amazon"
    limit = TEXT_BYTES
    marks = UNTRANSLATED

    def __init__(self, client: Callable[[], Any]) -> None:
        self._client = client

    def say(self, text: str, source: str, target: str) -> Answer:
        try:
            answer = self._client().translate_text(Text=text, SourceLanguageCode=source, TargetLanguageCode=target)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _OURS:
                raise Misconfigured(f"Amazon Translate refuses us: {code} (docs/translation.md)") from None
            return Answer(refused=_REASONS.get(code, Reason.BUSY))
        except (NoCredentialsError, ParamValidationError) as error:
            raise Misconfigured(f"Amazon Translate cannot be called: {type(error).__name__}") from None
        except BotoCoreError:  # no answer in time, or none that can be read
            return Answer(refused=Reason.BUSY)
        said = answer.get("TranslatedText")
        return Answer(said) if isinstance(said, str) else Answer(refused=Reason.BUSY)
