"""The judges keep the contract: Cedar with the policies as shipped, and the list that tests use."""

from __future__ import annotations

import pytest

from switchboard.adapters.cedar.authority import shipped
from switchboard.application.authority import Authority
from tests.contract.authority_contract import AuthorityContract
from tests.fakes.authority import ListedAuthority


class TestCedar(AuthorityContract):
    @pytest.fixture
    def authority(self) -> Authority:
        return shipped()


class TestList(AuthorityContract):
    @pytest.fixture
    def authority(self) -> Authority:
        return ListedAuthority({"Reply", "GetMe"})
