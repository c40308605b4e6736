"""The librarian and the indexer function, called by others: they carry the encoder."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import StorageUnavailable
from switchboard.domain.knowledge.article import Audience
from switchboard.domain.knowledge.hits import Hit


class LibrarianFunction:
    """Implements `application.knowledge_ports.Librarian`. `client` is a boto3 lambda client."""

    def __init__(self, client: Callable[[], Any], librarian: str, indexer: str) -> None:
        self._client, self._librarian, self._indexer = client, librarian, indexer

    def renew(self) -> None:
        with suppress(ClientError, BotoCoreError):  # its schedule renews the index within minutes; the article itself is on record
            self._client().invoke(FunctionName=self._indexer, InvocationType="Event", Payload=b"{}")

    def search(self, text: str, locale: str, region: str, audience: Audience, limit: int) -> Sequence[Hit]:
        asked = {"search": {"text": text, "locale": locale, "region": region, "audience": audience.value, "limit": limit}}
        try:
            answer = self._client().invoke(FunctionName=self._librarian, Payload=json.dumps(asked).encode())
            found = json.loads(answer["Payload"].read())
        except (ClientError, BotoCoreError, ValueError) as error:
            raise StorageUnavailable("the knowledge base cannot be searched now") from error
        if answer.get("FunctionError") or not isinstance(found, dict) or "hits" not in found:
            raise StorageUnavailable("the knowledge base cannot be searched now")
        return [Hit(**hit) for hit in found["hits"]]
