"""The integration platform keeps the promises that the suite's results rest on."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.emulators.localstack import LocalStack
from local.emulators.process import EmulatorFailed
from local.localstack_host import install

pytestmark = pytest.mark.localstack

Aws = Callable[[str], Any]
Eventually = Callable[..., Any]
_ROLE = "arn:aws:iam::000000000000:role/test"


def _zipped(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".py", text)
    return content.getvalue()


@pytest.fixture
def function(aws: Aws, unique: str) -> Iterator[Callable[..., str]]:
    """`function(source, **settings)` creates a function of that `handler.py` and answers its name."""
    lambda_ = aws("lambda")
    made: list[str] = []

    def create(source: str, **settings: Any) -> str:
        name = f"{unique}-{len(made)}"
        settings = {"Runtime": "python3.13", "Handler": "handler.handler", "Role": _ROLE, "Timeout": 10} | settings
        lambda_.create_function(FunctionName=name, Code={"ZipFile": _zipped(handler=source)}, **settings)
        lambda_.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        made.append(name)
        return name

    yield create
    for name in made:
        lambda_.delete_function(FunctionName=name)


@pytest.fixture
def table(aws: Aws, unique: str) -> Iterator[str]:
    dynamodb = aws("dynamodb")
    dynamodb.create_table(
        TableName=unique,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    yield unique
    dynamodb.delete_table(TableName=unique)


def _invoke(aws: Aws, name: str, event: object = None) -> tuple[str | None, Any]:
    answer = aws("lambda").invoke(FunctionName=name, Payload=json.dumps(event or {}))
    return answer.get("FunctionError"), json.loads(answer["Payload"].read())


def _printed(aws: Aws, function: str) -> list[Any]:
    """The JSON lines that the function printed, oldest first."""
    logs = aws("logs")
    try:
        events = logs.filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
    except logs.exceptions.ResourceNotFoundException:
        return []
    return [json.loads(event["message"]) for event in events if event["message"].startswith("{")]


def test_transactions_are_exact_under_sixteen_threads(aws: Aws, table: str) -> None:
    """An agent with five places, and sixteen threads that assign to it as often as they can."""
    capacity, contacts = 5, 64
    dynamodb = aws("dynamodb")
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "agent"}, "load": {"N": "0"}})

    def assign(contact: int) -> bool:
        place = {"TableName": table, "Key": {"pk": {"S": "agent"}}}
        try:
            dynamodb.transact_write_items(
                TransactItems=[
                    {
                        "Update": {
                            **place,
                            "UpdateExpression": "SET #load = #load + :one",
                            "ConditionExpression": "#load < :capacity",
                            "ExpressionAttributeNames": {"#load": "load"},
                            "ExpressionAttributeValues": {":one": {"N": "1"}, ":capacity": {"N": str(capacity)}},
                        }
                    },
                    {"Put": {"TableName": table, "Item": {"pk": {"S": f"contact-{contact}"}}}},
                ]
            )
        except dynamodb.exceptions.TransactionCanceledException:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        assigned = sum(threads.map(assign, range(contacts)))
        # Those that lost by conflict, not by capacity, may still find a place.
        while assigned < capacity and any(threads.map(assign, range(contacts, contacts + 16))):
            assigned = int(dynamodb.get_item(TableName=table, Key={"pk": {"S": "agent"}})["Item"]["load"]["N"])
    items = {item["pk"]["S"]: item for item in dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]}
    assert items.pop("agent")["load"]["N"] == str(capacity)
    assert len(items) == capacity


def test_fifo_queue_delivers_in_order_within_a_group_and_once(
    aws: Aws, unique: str, function: Callable[..., str], eventually: Eventually
) -> None:
    sqs = aws("sqs")
    name = function(
        "import json\n"
        "def handler(event, context):\n"
        "    for r in event['Records']:\n"
        "        print(json.dumps({'group': r['attributes']['MessageGroupId'], 'body': r['body']}))\n"
    )
    queue = sqs.create_queue(QueueName=f"{unique}.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws("lambda").create_event_source_mapping(FunctionName=name, EventSourceArn=arn, BatchSize=10)
    for number in range(20):
        for group in ("ana", "bo"):
            sqs.send_message(
                QueueUrl=queue, MessageBody=str(number), MessageGroupId=group, MessageDeduplicationId=f"{group}{number}"
            )

    def all_printed() -> list[Any]:
        lines = _printed(aws, name)
        return lines if len(lines) >= 40 else []

    lines = eventually(all_printed, seconds=60)
    for group in ("ana", "bo"):
        assert [line["body"] for line in lines if line["group"] == group] == [str(number) for number in range(20)]


def test_a_table_stream_reaches_its_function(
    aws: Aws, table: str, function: Callable[..., str], eventually: Eventually
) -> None:
    name = function(
        "import json\n"
        "def handler(event, context):\n"
        "    for r in event['Records']:\n"
        "        print(json.dumps({'what': r['eventName'], 'pk': r['dynamodb']['Keys']['pk']['S']}))\n"
    )
    dynamodb = aws("dynamodb")
    stream = dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    aws("lambda").create_event_source_mapping(
        FunctionName=name, EventSourceArn=stream, StartingPosition="TRIM_HORIZON", BatchSize=10
    )
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}})
    dynamodb.update_item(
        TableName=table, Key={"pk": {"S": "a"}}, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": {"N": "1"}}
    )
    dynamodb.delete_item(TableName=table, Key={"pk": {"S": "a"}})

    def three_changes() -> list[Any]:
        lines = _printed(aws, name)
        return lines if len(lines) >= 3 else []

    assert [line["what"] for line in eventually(three_changes, seconds=60)] == ["INSERT", "MODIFY", "REMOVE"]


def test_a_function_sees_only_what_it_carries(aws: Aws, unique: str, function: Callable[..., str]) -> None:
    layer = aws("lambda").publish_layer_version(
        LayerName=unique, Content={"ZipFile": _zipped(python__phrases="WORD = 'carried'")}
    )
    source = (
        "def handler(event, context):\n"
        "    import phrases, importlib.util\n"
        "    return [phrases.WORD, importlib.util.find_spec('boto3') is None]\n"
    )
    assert _invoke(aws, function(source, Layers=[layer["LayerVersionArn"]])) == (None, ["carried", True])
    failure, error = _invoke(aws, function(source))
    assert (failure, error["errorType"]) == ("Unhandled", "ModuleNotFoundError")


def test_a_function_that_hangs_or_dies_is_reported_and_the_next_call_is_served(
    aws: Aws, function: Callable[..., str]
) -> None:
    name = function(
        "import os, time\n"
        "def handler(event, context):\n"
        "    if event.get('hang'): time.sleep(60)\n"
        "    if event.get('die'): os._exit(3)\n"
        "    return os.getpid()\n",
        Timeout=1,
    )
    _, first = _invoke(aws, name)
    failure, error = _invoke(aws, name, {"hang": True})
    assert (failure, error["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    _, second = _invoke(aws, name)
    failure, error = _invoke(aws, name, {"die": True})
    assert (failure, error["errorType"]) == ("Unhandled", "Runtime.ExitError")
    _, third = _invoke(aws, name)
    assert len({first, second, third}) == 3


def test_production_templates_give_the_suite_its_tables(aws: Aws, stores: dict[str, str]) -> None:
    ledger = aws("dynamodb").describe_table(TableName=stores["LedgerTable"])["Table"]
    assert ledger["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    policy = aws("sqs").get_queue_attributes(QueueUrl=stores["InboundQueueUrl"], AttributeNames=["RedrivePolicy"])
    assert json.loads(policy["Attributes"]["RedrivePolicy"])["maxReceiveCount"] == 10


def test_an_endpoint_that_does_not_answer_is_an_error_and_nothing_else_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(EmulatorFailed, match=r"AWS_ENDPOINT_URL names http://127\.0\.0\.1:9"):
        LocalStack().start()


def test_without_docker_and_installation_the_error_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("SWITCHBOARD_LOCALSTACK", "host")
    monkeypatch.setattr(install, "LOCALSTACK_PYTHON", install.BUILD / "nowhere" / "python")
    with pytest.raises(EmulatorFailed, match=r"nowhere/python.*python -m local\.localstack_host\.install"):
        LocalStack(port=65001).start()


@pytest.mark.parametrize(
    ("printed", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_401"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("command not found", None),
    ],
)
def test_the_version_of_java_is_read_from_what_it_prints(printed: str, major: int | None) -> None:
    assert install.java_major(printed) == major
