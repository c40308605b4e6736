"""The vault's ports on real interfaces (an emulator's or AWS's), and the whole envelope through them.

The fixture `aws` makes boto3 clients: `aws("kms")`."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config

from switchboard.adapters.vault import (
    BranchKeys,
    BranchRecord,
    Index,
    KeyRecord,
    NotProvisioned,
    Place,
    Purpose,
    QueueSeal,
    Vault,
)
from switchboard.adapters.vault.data_keys import DynamoDataKeys
from switchboard.adapters.vault.dynamo_records import DynamoBranchRecords
from switchboard.adapters.vault.kms_wrapper import KmsWrapper
from switchboard.domain.errors import StorageUnavailable, Unreadable
from tests.contract.vault_contract import CONTEXT, BranchRecordsContract, DataKeysContract, WrapperContract

Aws = Callable[[str], Any]


@pytest.fixture
def keys_table(aws: Aws) -> Iterator[str]:
    dynamodb, name = aws("dynamodb"), f"keys-{uuid.uuid4().hex}"
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    yield name
    dynamodb.delete_table(TableName=name)


@pytest.fixture
def new_key(aws: Aws) -> Iterator[Callable[[], str]]:
    """Makes KMS keys and answers their ARNs."""
    made: list[str] = []

    def make() -> str:
        made.append(aws("kms").create_key(Description="switchboard test")["KeyMetadata"]["Arn"])
        return made[-1]

    yield make
    for key in made:
        aws("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=7)


@pytest.fixture
def wrapper(aws: Aws, new_key: Callable[[], str]) -> KmsWrapper:
    return KmsWrapper(aws("kms"), new_key())


@pytest.fixture
def unreachable() -> Callable[[str], Any]:
    """Clients of an endpoint that nobody listens on."""

    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url="http://127.0.0.1:9",
            region_name="eu-central-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=1),
        )

    return client


class Shelf(DynamoDataKeys):
    """With what the store does to data keys: it mints and erases them."""

    def put(self, record: KeyRecord) -> None:
        item = _place_of(record.owner) | {
            "owner": {"S": record.owner}, "generation": {"N": str(record.generation)}, "wrapped": {"B": record.wrapped},
        }  # fmt: skip
        self._client.put_item(TableName=self._table, Item=item)

    def get(self, owner: str) -> KeyRecord | None:
        item = self._client.get_item(TableName=self._table, Key=_place_of(owner), ConsistentRead=True).get("Item")
        return KeyRecord(item["owner"]["S"], int(item["generation"]["N"]), bytes(item["wrapped"]["B"])) if item else None

    def erase(self, owner: str) -> None:
        self._client.delete_item(TableName=self._table, Key=_place_of(owner))


def _place_of(owner: str) -> dict[str, Any]:
    return {"pk": {"S": f"contact#{owner}"}, "sk": {"S": "key"}}


class TestDynamoDataKeys(DataKeysContract):
    @pytest.fixture
    def shelf(self, aws: Aws, keys_table: str) -> Shelf:
        records = DynamoBranchRecords(aws("dynamodb"), keys_table)
        for purpose in ("contact", "queue"):
            for generation in (1, 2, 3):
                records.put(BranchRecord(purpose, generation, b"branch"))
        return Shelf(aws("dynamodb"), keys_table)


class TestDynamoBranchRecords(BranchRecordsContract):
    @pytest.fixture
    def records(self, aws: Aws, keys_table: str) -> DynamoBranchRecords:
        return DynamoBranchRecords(aws("dynamodb"), keys_table)

    def test_they_lie_where_the_architecture_says(self, records: DynamoBranchRecords, aws: Aws, keys_table: str) -> None:
        records.put(BranchRecord("contact", 12, b"wrapped", made=1_795_000_000))
        key = {"pk": {"S": "branch#contact"}, "sk": {"S": "000012"}}
        item = aws("dynamodb").get_item(TableName=keys_table, Key=key)["Item"]
        assert item == key | {"wrapped": {"B": b"wrapped"}, "made": {"N": "1795000000"}}

    def test_an_item_that_was_tampered_with_is_unreadable(
        self, records: DynamoBranchRecords, aws: Aws, keys_table: str
    ) -> None:
        aws("dynamodb").put_item(TableName=keys_table, Item={"pk": {"S": "branch#contact"}, "sk": {"S": "000001"}})
        with pytest.raises(Unreadable):
            records.newest("contact")

    def test_a_table_that_does_not_answer_is_unavailable(self, aws: Aws, unreachable: Aws) -> None:
        for records in (
            DynamoBranchRecords(aws("dynamodb"), "missing"),
            DynamoBranchRecords(unreachable("dynamodb"), "t"),
        ):
            with pytest.raises(StorageUnavailable):
                records.newest("contact")
            with pytest.raises(StorageUnavailable):
                records.get("contact", 1)
            with pytest.raises(StorageUnavailable):
                records.put(BranchRecord("contact", 1, b"x"))


class TestKmsWrapper(WrapperContract):
    @pytest.fixture
    def stranger(self, aws: Aws, new_key: Callable[[], str]) -> KmsWrapper:
        return KmsWrapper(aws("kms"), new_key())

    def test_a_disabled_key_is_unavailable_not_unreadable(self, aws: Aws, new_key: Callable[[], str]) -> None:
        """Messages must wait for the operator, not be given up as tampered with."""
        key = new_key()
        wrapper = KmsWrapper(aws("kms"), key)
        wrapped = wrapper.wrap(bytes(32), CONTEXT)
        aws("kms").disable_key(KeyId=key)
        with pytest.raises(StorageUnavailable):
            wrapper.unwrap(wrapped, CONTEXT)
        with pytest.raises(StorageUnavailable):
            wrapper.wrap(bytes(32), CONTEXT)
        aws("kms").enable_key(KeyId=key)
        assert wrapper.unwrap(wrapped, CONTEXT) == bytes(32)

    def test_a_kms_that_does_not_answer_is_unavailable(
        self, wrapper: KmsWrapper, new_key: Callable[[], str], unreachable: Aws
    ) -> None:
        cut_off = KmsWrapper(unreachable("kms"), new_key())
        with pytest.raises(StorageUnavailable):
            cut_off.wrap(bytes(32), CONTEXT)

    def test_an_outage_while_unwrapping_is_unavailable(self, aws: Aws, new_key: Callable[[], str], unreachable: Aws) -> None:
        key = new_key()
        wrapped = KmsWrapper(aws("kms"), key).wrap(bytes(32), CONTEXT)
        with pytest.raises(StorageUnavailable):
            KmsWrapper(unreachable("kms"), key).unwrap(wrapped, CONTEXT)


class TestEnvelope:
    """All parts together; each `process` has caches of its own, as a Lambda environment has."""

    @pytest.fixture
    def process(self, aws: Aws, keys_table: str, new_key: Callable[[], str]) -> Callable[[], BranchKeys]:
        key = new_key()

        def start() -> BranchKeys:
            records = DynamoBranchRecords(aws("dynamodb"), keys_table)
            return BranchKeys(records, KmsWrapper(aws("kms"), key), tenant="acme", clock=time.time)

        return start

    def test_processes_that_provision_at_once_agree(self, process: Callable[[], BranchKeys]) -> None:
        processes = [process() for _ in range(4)]
        with ThreadPoolExecutor(len(processes)) as pool:
            list(pool.map(lambda branches: branches.create(Purpose.CONTACT), processes))
        assert len({branches.newest(Purpose.CONTACT) for branches in processes}) == 1

    def test_what_one_process_sealed_another_opens_across_rotations(self, process: Callable[[], BranchKeys]) -> None:
        writer_branches = process()
        with pytest.raises(NotProvisioned):
            writer_branches.newest(Purpose.CONTACT)
        for purpose in Purpose:
            writer_branches.create(purpose)
        writer, place = Vault(writer_branches, clock=time.time), Place("conversation#1", 1, "content")
        stored = []
        for generation in (1, 2, 3):
            record = writer.mint(f"contact{generation}")
            assert record.generation == generation
            body = QueueSeal(writer_branches).seal("group", b"body %d" % generation)
            stored.append((record, writer.seal(record.owner, place, b"text %d" % generation), body))
            writer_branches.rotate(Purpose.CONTACT)
            writer_branches.rotate(Purpose.QUEUE)

        reader_branches = process()
        reader = Vault(reader_branches, clock=time.time)
        for generation, (record, sealed, body) in enumerate(stored, 1):
            reader.admit(record)
            assert reader.unseal(record.owner, place, sealed) == b"text %d" % generation
            assert QueueSeal(reader_branches).unseal("group", body) == b"body %d" % generation
        assert Index(reader_branches).key("identity", "1") == Index(writer_branches).key("identity", "1")

    def test_a_process_calls_kms_once_for_two_hundred_contacts(
        self, aws: Aws, keys_table: str, new_key: Callable[[], str]
    ) -> None:
        kms, calls = aws("kms"), []
        kms.meta.events.register("before-call.kms.*", lambda model, **_: calls.append(model.name))
        records = DynamoBranchRecords(aws("dynamodb"), keys_table)
        key = new_key()
        BranchKeys(records, KmsWrapper(aws("kms"), key), tenant="acme", clock=time.time).create(Purpose.CONTACT)
        calls.clear()
        vault = Vault(BranchKeys(records, KmsWrapper(kms, key), tenant="acme", clock=time.time), clock=time.time)
        for n in range(200):
            record = vault.mint(f"contact{n}")
            vault.forget(record.owner)
            vault.admit(record)
            vault.seal(record.owner, Place("conversation#1", n, "content"), b"text")
        assert calls == ["Decrypt"]

    def test_kms_is_told_the_purpose_so_that_a_role_can_be_kept_to_some(
        self, aws: Aws, keys_table: str, new_key: Callable[[], str]
    ) -> None:
        kms, told = aws("kms"), list[dict[str, str]]()
        kms.meta.events.register("provide-client-params.kms.Decrypt", lambda params, **_: told.append(params["EncryptionContext"]))
        branches = BranchKeys(
            DynamoBranchRecords(aws("dynamodb"), keys_table), KmsWrapper(kms, new_key()), tenant="acme", clock=time.time
        )  # fmt: skip
        for purpose in Purpose:
            branches.create(purpose)
            told.clear()
            branches.newest(purpose)
            assert [context["purpose"] for context in told] == [purpose]
