"""No message is lost, and no failure goes unseen."""

from __future__ import annotations

from typing import Any

import pytest

from tests.template.reading import Function, functions, resources, template

QUEUES = {name: item["Properties"] for name, item in resources("messaging", "AWS::SQS::Queue").items()}
SOURCES = {name: queue for name, queue in QUEUES.items() if "RedrivePolicy" in queue}
ENDS = sorted(set(QUEUES) - set(SOURCES))


def _dead(name: str) -> str:
    return str(QUEUES[name]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0])


def test_each_queue_that_a_function_reads_has_a_dead_letter_queue() -> None:
    read = {
        event["Queue"]["Fn::GetAtt"][1].removeprefix("Outputs.").removesuffix("Arn")
        for function in functions()
        for event in function.events("SQS")
    }
    assert read == set(SOURCES)
    assert len({_dead(name) for name in SOURCES}) == len(SOURCES), "two queues share one"


@pytest.mark.parametrize("name", SOURCES)
def test_a_dead_letter_fits_and_waits_longer_than_its_source_would(name: str) -> None:
    """Its age goes on counting (but for FIFO queues), and a FIFO queue takes only a FIFO queue for its dead letters."""
    source, dead = QUEUES[name], QUEUES[_dead(name)]
    assert source["RedrivePolicy"]["maxReceiveCount"] >= 5
    assert source.get("FifoQueue") == dead.get("FifoQueue")
    assert dead["MessageRetentionPeriod"] > source["MessageRetentionPeriod"]


def _alarmed_queues() -> set[str]:
    found = set()
    for alarm in resources("observability", "AWS::CloudWatch::Alarm").values():
        properties: dict[str, Any] = alarm["Properties"]
        if properties["MetricName"] == "ApproximateNumberOfMessagesVisible":
            assert properties["Threshold"] == 0
            assert properties["ComparisonOperator"] == "GreaterThanThreshold"
            found |= {item["Value"]["Ref"].removesuffix("Name") for item in properties["Dimensions"]}
    return found


def test_one_dead_letter_raises_an_alarm() -> None:
    assert _alarmed_queues() == set(ENDS)


def test_customers_who_wait_raise_an_alarm() -> None:
    aged = {
        item["Value"]["Ref"].removesuffix("Name")
        for alarm in resources("observability", "AWS::CloudWatch::Alarm").values()
        if alarm["Properties"]["MetricName"] == "ApproximateAgeOfOldestMessage"
        for item in alarm["Properties"]["Dimensions"]
    }
    assert aged == set(SOURCES)


def test_each_functions_errors_raise_an_alarm() -> None:
    watched = {
        item["Value"]["Fn::Sub"].removeprefix("${Prefix}-")
        for alarm in resources("observability", "AWS::CloudWatch::Alarm").values()
        if alarm["Properties"]["MetricName"] == "Errors"
        for item in alarm["Properties"]["Dimensions"]
    }
    assert watched == {function.name for function in functions()}


def test_every_alarm_tells_somebody() -> None:
    for name, alarm in resources("observability", "AWS::CloudWatch::Alarm").items():
        assert alarm["Properties"]["AlarmActions"] == [{"Ref": "AlarmTopic"}], name


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_is_encrypted_refuses_plain_http_and_survives_its_stack(name: str) -> None:
    assert QUEUES[name]["KmsMasterKeyId"] == {"Ref": "QueueKeyArn"}
    assert template("messaging")["Resources"][name]["DeletionPolicy"] == "Retain"
    policies = [item["Properties"] for item in resources("messaging", "AWS::SQS::QueuePolicy").values()]
    (policy,) = [policy for policy in policies if policy["Queues"] == [{"Ref": name}]]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Resource"] == {"Fn::GetAtt": [name, "Arn"]}
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("name", ["InboundQueue", "OutboundQueue"])
def test_conversations_keep_their_order_without_waiting_for_each_other(name: str) -> None:
    queue = QUEUES[name]
    assert queue["FifoQueue"] is True
    assert (queue["DeduplicationScope"], queue["FifoThroughputLimit"]) == ("messageGroup", "perMessageGroupId")


READERS = [(function, event) for function in functions() for event in function.events("SQS")]


@pytest.mark.parametrize(("function", "event"), READERS, ids=lambda value: value.name if isinstance(value, Function) else "")
def test_a_message_is_not_handed_out_again_while_it_is_worked_on(function: Function, event: dict[str, Any]) -> None:
    """Lambda asks for a visibility timeout of six times the function's."""
    queue = QUEUES[event["Queue"]["Fn::GetAtt"][1].removeprefix("Outputs.").removesuffix("Arn")]
    assert queue["VisibilityTimeout"] >= 6 * function.timeout
    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert event["ScalingConfig"]["MaximumConcurrency"]


STREAMS = [(function, event) for function in functions() for event in function.events("DynamoDB")]


@pytest.mark.parametrize(("function", "event"), STREAMS, ids=lambda value: value.name if isinstance(value, Function) else "")
def test_a_stream_is_read_from_its_start_and_one_bad_record_does_not_stop_it(function: Function, event: dict[str, Any]) -> None:
    """The defaults of a mapping are to retry one record for as long as the stream keeps it, and to lose it then."""
    assert event["StartingPosition"] == "TRIM_HORIZON"
    assert event["BisectBatchOnFunctionError"] is True
    assert 0 < event["MaximumRetryAttempts"] <= 20
    assert 60 <= event["MaximumRecordAgeInSeconds"] < 86400
    assert event["DestinationConfig"]["OnFailure"]["Type"] == "SQS"


def test_no_stream_has_more_readers_than_dynamodb_serves() -> None:
    """Two processes may read one shard at a time; a third is throttled (DynamoDB Streams quotas)."""
    read = [event["Stream"]["Fn::GetAtt"][1] for _, event in STREAMS]
    assert all(read.count(stream) <= 2 for stream in read)
