"""The router's batch: open, understand all texts in one pass, then take each in; park what can never be processed.

A message can also end the process that works on it (out of memory, out of time), and nobody is left to park it. So a batch that
came back is worked on one by one, each message under a mark that a dead process leaves behind. A message that two processes died
on is parked; those behind it go on. (One death proves little: the process may have died of something else, or after its work.)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response

from switchboard.adapters.sqs.inbound import Opened
from switchboard.application.reading import understood
from switchboard.bootstrap import Services
from switchboard.domain import events as ev
from switchboard.domain.errors import Malformed, StorageUnavailable, TooLarge, Unreadable
from switchboard.domain.inbound import InboundMessage
from switchboard.domain.understanding import OUT_OF_SCOPE, Understanding
from switchboard.entry.librarian import trouble
from switchboard.entry.retries import come_again
from switchboard.entry.telemetry import count, failed, logger, settings_trouble

POISON = (Malformed, TooLarge, Unreadable)
CAREFUL_FROM = 2  # receives
DEATHS = 2
PARKED_AT = 4  # receives after which what always fails is parked; storage that is down is no reason to
ENOUGH_MS = 15_000  # time left to the function without which no further message is begun: its end would look like a death


class ProcessDied(Exception):
    """Two earlier processes did not survive this message."""

    def __init__(self) -> None:
        super().__init__("two processes ended while they worked on it")


def route(services: Services, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Process a batch of inbound.fifo. A failure holds back only later messages of the same customer. An event without records
    only loads the model, so that an operator can warm the function up."""
    if not event["Records"]:
        services.understander.classify(["hello"])
        return {"batchItemFailures": []}
    services.on_knowledge_trouble = trouble
    services.on_settings_trouble = settings_trouble
    batch = _Batch(services, event["Records"], context)
    processor = SqsFifoPartialProcessor(skip_group_on_error=True)
    processor.raise_on_entire_batch_failure = False
    result = process_partial_response(
        event=dict(event), record_handler=batch.handle, processor=processor, context=context
    )  # fmt: skip
    logger.info("batch routed", extra={"records": len(event["Records"]), "failed": len(result["batchItemFailures"])})
    return dict(result)


class _Batch:
    def __init__(self, services: Services, records: list[dict[str, Any]], context: Any) -> None:
        self._services = services
        self._context = context
        self._careful = max(map(_receives, records)) >= CAREFUL_FROM
        self._opened: dict[str, Opened | Exception] = {}
        self._understood: dict[str, Understanding] = {}
        if self._careful:
            _ = services.understander, services.intake  # what loading costs is no message's fault
        else:
            self._prepare(records)

    def _prepare(self, records: Sequence[Mapping[str, Any]]) -> None:
        opened = {r["messageId"]: self._open(r) for r in records}
        self._opened |= opened
        self._understood |= self._understand(opened)

    def _open(self, record: Mapping[str, Any]) -> Opened | Exception:
        try:
            group = record["attributes"]["MessageGroupId"]
            return self._services.inbound.open(group, record["body"], record.get("messageAttributes") or {})
        except Exception as error:  # judged when its turn comes
            return error

    def _understand(self, opened: Mapping[str, Opened | Exception]) -> dict[str, Understanding]:
        texts = {
            key: o.item.content.text for key, o in opened.items()
            if isinstance(o, Opened) and isinstance(o.item, InboundMessage)
        }  # fmt: skip
        if not texts:
            return {}
        try:
            found = understood(self._services.understander, list(texts.values()))
        except Exception as error:  # without the model the bot asks once, then people answer
            failed("the intent model failed", error)
            found = [Understanding(OUT_OF_SCOPE, 0.0, "und")] * len(texts)
        return dict(zip(texts, found, strict=True))

    def handle(self, record: Mapping[str, Any]) -> None:
        """One record, in the queue's order. What fails for good is parked; what may pass later is raised until the last try."""
        try:
            if self._careful:
                self._take_in_carefully(record)
            else:
                self._take_in(record["messageId"])
        except Exception as error:
            tries = _receives(record)
            last = tries >= PARKED_AT
            if not isinstance(error, (*POISON, ProcessDied)) and (not last or isinstance(error, StorageUnavailable)):
                failed("message failed", error, message_id=record["messageId"])
                come_again(self._services, self._services.settings.inbound_queue_url, record, min(120, 2**tries))
                raise
            self._park(record, error)

    def _take_in_carefully(self, record: Mapping[str, Any]) -> None:
        """Alone, and under a mark that ends with the work, but not with the process."""
        if self._context.get_remaining_time_in_millis() < ENOUGH_MS:
            raise StorageUnavailable("too little time is left for one more message; it comes again")
        died = self._services.attempts.begin(_work(record), _receives(record), self._services.clock.now())
        if died >= DEATHS and not self._on_record(record):
            raise ProcessDied  # its mark stays: it comes again, parked already, if its neighbours fail
        try:
            if died < DEATHS:
                self._prepare([record])
                self._take_in(record["messageId"])
        finally:
            self._over(record)

    def _on_record(self, record: Mapping[str, Any]) -> bool:
        """Whether the process died after its work: a message is deduplicated by the key under which it is on record."""
        attributes = record["attributes"]
        return self._services.store.arrival(attributes["MessageGroupId"], attributes["MessageDeduplicationId"]).duplicate

    def _over(self, record: Mapping[str, Any]) -> None:
        """Take the mark away. If it stays, it counts as one death more, which alone parks nothing."""
        try:
            self._services.attempts.end(_work(record))
        except StorageUnavailable as error:
            failed("a mark could not be taken away", error, message_id=record["messageId"])

    def _take_in(self, message_id: str) -> None:
        opened = self._opened[message_id]
        if isinstance(opened, Exception):
            raise opened
        if isinstance(opened.item, InboundMessage):
            self._services.intake.receive(opened.item, self._understood[message_id], opened.parked)
        else:
            self._services.intake.receipt(opened.item)
            if opened.parked:
                self._services.intake.settle_parked(opened.parked, "received", ev.SYSTEM)

    def _park(self, record: Mapping[str, Any], error: Exception) -> None:
        if (record.get("messageAttributes") or {}).get("parked"):  # sent again as it was, still broken: it is on the list
            failed("a redriven message failed again", error, message_id=record["messageId"])
            return
        attributes = record["attributes"]
        body = self._services.inbound.keep(attributes["MessageGroupId"], record["body"])
        worded = isinstance(error, (*POISON, ProcessDied))  # what others say may hold a customer's words
        reason = f"{type(error).__name__}: {error}" if worded else type(error).__name__
        self._services.intake.park(
            attributes["MessageGroupId"], body, reason[:300], attributes["MessageDeduplicationId"]
        )  # fmt: skip
        count("MessageParked", reason=type(error).__name__)
        failed("message parked", error, message_id=record["messageId"])


def _work(record: Mapping[str, Any]) -> str:
    return f"{record['attributes']['MessageGroupId']}#{record['attributes']['MessageDeduplicationId']}"


def _receives(record: Mapping[str, Any]) -> int:
    return int(record["attributes"]["ApproximateReceiveCount"])
