"""Envelope encryption: KMS -> branch key -> a contact's data key -> a field; also sealed queue bodies and
keyed hashes.

Everything here is cheap to import. `kms_wrapper` (which loads the AWS Encryption SDK) and `dynamo_records`
are imported by the composition root alone, when a process first needs them. Why it is built so:
infra/adr/0002-envelope-encryption.md."""

from switchboard.adapters.vault.branches import BranchKeys
from switchboard.adapters.vault.contact_keys import Vault
from switchboard.adapters.vault.index import Index
from switchboard.adapters.vault.limits import CacheLimits
from switchboard.adapters.vault.model import (
    COMPANY,
    BranchRecord,
    KeyMissing,
    KeyRecord,
    NotProvisioned,
    Place,
    Purpose,
)
from switchboard.adapters.vault.ports import BranchRecords, Wrapper
from switchboard.adapters.vault.queue_seal import QueueSeal

__all__ = [
    "COMPANY",
    "BranchKeys",
    "BranchRecord",
    "BranchRecords",
    "CacheLimits",
    "Index",
    "KeyMissing",
    "KeyRecord",
    "NotProvisioned",
    "Place",
    "Purpose",
    "QueueSeal",
    "Vault",
    "Wrapper",
]
