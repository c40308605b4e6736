"""The fakes of the audit's ports keep the contract."""

from __future__ import annotations

import pytest

from tests.contract import audit_contract as audit
from tests.fakes.audit import LocalSigner, MemoryAnchors, MemoryAuditFiles, MemoryAuditReading, MemoryMarks


class TestFiles(audit.FilesContract):
    @pytest.fixture
    def files(self) -> MemoryAuditFiles:
        return MemoryAuditFiles()


class TestReading(audit.ReadingContract):
    @pytest.fixture
    def files(self) -> MemoryAuditReading:
        return MemoryAuditReading()


class TestAnchored(audit.AnchoredContract):
    @pytest.fixture
    def anchored(self) -> MemoryAnchors:
        return MemoryAnchors()


class TestSigner(audit.SignerContract):
    @pytest.fixture
    def signer(self) -> LocalSigner:
        return LocalSigner()


class TestMarks(audit.MarksContract):
    @pytest.fixture
    def marks(self) -> MemoryMarks:
        return MemoryMarks()
