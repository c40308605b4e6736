"""The restore drill on an emulator that restores tables: what is lost comes back, who was erased does not, tampering is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from local.emulators.aws import clients
from local.emulators.ministack import MiniStack
from local.emulators.process import REGION
from switchboard.adapters.dynamo import DynamoStore, TableNames, Tables
from switchboard.adapters.vault import Vault
from switchboard.domain import events as ev
from switchboard.domain.conversation import Conversation
from tests.contract import samples as s
from tests.contract.dynamo_tables import OnDynamo
from tools.restore_drill import Drill, Proof

pytestmark = pytest.mark.ministack
Aws = Callable[[str], Any]


@pytest.fixture(scope="module")
def ministack() -> Iterator[MiniStack]:
    with MiniStack() as running:
        yield running


@pytest.fixture(scope="module")
def endpoint(ministack: MiniStack) -> str:
    return ministack.endpoint


@pytest.fixture(scope="module")
def aws(endpoint: str) -> Aws:
    return clients(endpoint)


@dataclass
class Stage:
    drill: Drill
    store: DynamoStore
    dynamodb: Any
    names: TableNames
    talks: list[Conversation]

    def drilled(self, meanwhile: Callable[[TableNames], None] = lambda _: None) -> Proof:
        """What a drill proves; `meanwhile` happens between the restoring and the proof."""
        restored = self.drill.restore(s.fresh("drill"), None)
        try:
            meanwhile(restored)
            return self.drill.prove(restored)
        finally:
            self.drill.clear(restored)

    def erase(self, contact: str) -> None:
        self.dynamodb.delete_item(TableName=self.names.keys, Key={"pk": {"S": f"contact#{contact}"}, "sk": {"S": "key"}})

    def put(self, table: str, ledger: str, no: int, **changed: Any) -> None:
        key = {"ledger": {"S": ledger}, "no": {"N": str(no)}}
        item = self.dynamodb.get_item(TableName=table, Key=key)["Item"]
        self.dynamodb.put_item(TableName=table, Item={**item, **changed})


class TestDrill(OnDynamo):
    @pytest.fixture
    def stage(self, aws: Aws, endpoint: str, names: TableNames, store: DynamoStore, vault: Vault) -> Stage:
        talks = [store.commit(s.opening(s.person(), s.received(f"hello {n}"), s.queued("general"))) for n in range(3)]
        drill = Drill(
            aws("dynamodb"), names, lambda each: Tables(each, region=REGION, host=endpoint),
            Vault(vault._branches, clock=lambda: 1_000_000.0), lambda _: None,
        )  # fmt: skip
        return Stage(drill, store, aws("dynamodb"), names, talks)

    def test_all_that_was_there_is_there_again_and_the_restored_tables_are_cleared_away(self, stage: Stage) -> None:
        proof = stage.drilled()
        assert (proof.faults, proof.conversations, proof.erased) == ([], 3, 0)
        assert proof.compared == proof.ledgers >= 6  # conversations and contacts
        assert not [t for t in stage.dynamodb.list_tables()["TableNames"] if t.startswith("drill")]

    def test_what_was_deleted_by_mistake_can_be_had_back(self, stage: Stage) -> None:
        lost = stage.talks[0].ledger

        def deleted(_: TableNames) -> None:
            for no in range(1, stage.talks[0].version + 1):
                stage.dynamodb.delete_item(TableName=stage.names.ledger, Key={"ledger": {"S": lost}, "no": {"N": str(no)}})

        proof = stage.drilled(deleted)
        assert proof.conversations == 3
        assert [f for f in proof.faults if "cannot be read" in f] == []
        assert proof.faults == [f"{lost}: commit {stage.talks[0].version} is not in the live table"]

    def test_who_was_erased_since_stays_erased(self, stage: Stage) -> None:
        proof = stage.drilled(lambda _: stage.erase(stage.talks[1].contact))
        assert (proof.faults, proof.erased) == ([], 1)

    def test_a_restored_state_that_is_behind_its_ledger_is_named(self, stage: Stage) -> None:
        def goes_on(restored: TableNames) -> None:
            talk = stage.talks[2]
            new = stage.store.commit(s.change(talk, ev.NoteAdded("kim", "later", s.fresh("n"))))
            item = stage.dynamodb.get_item(
                TableName=stage.names.ledger, Key={"ledger": {"S": talk.ledger}, "no": {"N": str(new.version)}}
            )["Item"]
            stage.dynamodb.put_item(TableName=restored.ledger, Item=item)

        [fault] = stage.drilled(goes_on).faults
        assert fault.startswith(stage.talks[2].ledger)
        assert "state" in fault

    def test_a_commit_that_was_changed_is_named(self, stage: Stage) -> None:
        ledger = stage.talks[0].ledger
        faults = stage.drilled(lambda restored: stage.put(restored.ledger, ledger, 1, at={"S": "2020-01-01T00:00:00.000000Z"})).faults
        assert f"{ledger}: commit 1 does not follow the beginning" in faults
