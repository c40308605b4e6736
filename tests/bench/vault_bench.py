"""What encryption costs: `python tests/bench/vault_bench.py [--record]`.

Prints figures and exits 1 if one is short; `--record` writes them to docs/figures/vault.json. No network: KMS
is replaced by a local key, so times are this machine's work alone. They are medians of the process's
CPU time: other work on the machine must not decide whether a figure is kept."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "layers/core/python")]

from switchboard.adapters.vault import BranchKeys, Index, Place, Purpose, QueueSeal, Vault  # noqa: E402
from switchboard.adapters.vault.cipher import OVERHEAD  # noqa: E402
from tests.contract.vault_fakes import LocalWrapper, MemoryBranchRecords  # noqa: E402

MESSAGES = 200
FIELDS = {
    "content": 220,
    "sender_name": 16,
    "reply_address": 13,
}  # of MessageReceived; typical sizes in bytes
REPEATS = 9
# What every function has loaded anyway, before the vault's own modules.
LOADED_ANYWAY = "import boto3; boto3.client('dynamodb', region_name='eu-central-1')"


def cpu_ms(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def import_ms(before: str, imported: str) -> float:
    program = f"import time; {before}; start = time.process_time(); {imported}; print((time.process_time() - start) * 1000)"
    times = []
    for _ in range(REPEATS):
        run = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT / "layers/core/python")},
        )
        times.append(float(run.stdout))
    return statistics.median(times)


def envelope() -> dict[str, tuple[float, float, str]]:
    """Figures of the envelope: name -> value, largest allowed value, unit."""
    wrapper = LocalWrapper()
    records = MemoryBranchRecords()
    writer = BranchKeys(records, wrapper, tenant="bench", clock=time.time)
    for purpose in Purpose:
        writer.create(purpose)
    vault = Vault(writer, clock=time.time)
    record = vault.mint("contact")
    sealed = [
        (place, vault.seal("contact", place, b"x" * size))
        for number in range(1, MESSAGES + 1)
        for field, size in FIELDS.items()
        for place in [Place("conversation#1", number, field)]
    ]

    def open_conversation() -> None:
        reader = Vault(writer, clock=time.time)  # the branch key is cached, the contact's key was just read
        reader.admit(record)
        for place, ciphertext in sealed:
            reader.unseal("contact", place, ciphertext)

    contacts = [vault.mint(f"contact{n}") for n in range(1000)]

    def unwrap_contacts() -> None:
        reader = Vault(writer, clock=time.time)
        for one in contacts:
            reader.admit(one)
            reader.seal(one.owner, Place("conversation#1", 1, "content"), b"")

    cold_start = wrapper.unwrapped
    process = BranchKeys(records, wrapper, tenant="bench", clock=time.time)
    reader, queue, index = Vault(process, clock=time.time), QueueSeal(process), Index(process)
    for one in contacts:
        reader.admit(one)
        reader.seal(one.owner, Place("conversation#1", 1, "content"), b"")
        queue.unseal("group", queue.seal("group", b"body"))
        index.key("identity", one.owner)
    kms_calls = wrapper.unwrapped - cold_start

    body = b"x" * 2000
    place = Place("conversation#1", 1, "content")
    rounds = range(2000)
    return {
        f"open_conversation_{MESSAGES}_messages_cpu": (cpu_ms(open_conversation), 50, "ms"),
        "open_first_field_of_1000_contacts_cpu": (cpu_ms(unwrap_contacts), 200, "ms"),
        "seal_field_cpu": (
            cpu_ms(lambda: [vault.seal("contact", place, b"x" * 220) for _ in rounds]) / len(rounds) * 1000,
            50,
            "us",
        ),
        "queue_seal_and_unseal_2kB_cpu": (
            cpu_ms(lambda: [queue.unseal("g", queue.seal("g", body)) for _ in rounds]) / len(rounds) * 1000,
            200,
            "us",
        ),
        "index_key_cpu": (
            cpu_ms(lambda: [index.key("identity", "whatsapp", "4930123456") for _ in rounds]) / len(rounds) * 1000,
            50,
            "us",
        ),
        "kms_calls_of_a_process_1000_contacts_3_purposes": (kms_calls, 3, "calls"),
        "bytes_added_to_a_field": (OVERHEAD, 65, "bytes"),
        "import_vault_cpu": (import_ms(LOADED_ANYWAY, "import switchboard.adapters.vault"), 150, "ms"),
        "import_encryption_sdk_wrapper_cpu": (
            import_ms(
                f"{LOADED_ANYWAY}; import switchboard.adapters.vault",
                "import switchboard.adapters.vault.kms_wrapper",
            ),
            200,
            "ms",
        ),
    }


def sdk_for_each_field() -> dict[str, float]:
    """The alternative that was not taken: every field an Encryption SDK message, its data keys kept by the
    SDK's own cache, so that KMS is not asked each time. Gives the time to open the same
    conversation, and the time and the bytes added of one field."""
    import aws_encryption_sdk as sdk
    from aws_encryption_sdk.identifiers import Algorithm, EncryptionKeyType, WrappingAlgorithm
    from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
    from aws_encryption_sdk.key_providers.raw import RawMasterKey

    local = RawMasterKey(
        provider_id="local",
        key_id=b"key",
        wrapping_key=WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=bytes(32),
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        ),
    )
    client = sdk.EncryptionSDKClient()
    materials = sdk.CachingCryptoMaterialsManager(
        master_key_provider=local, cache=sdk.LocalCryptoMaterialsCache(1000), max_age=3600.0
    )
    sealed = [
        client.encrypt(
            source=b"x" * size,
            materials_manager=materials,
            # the place is known only after decryption and must then be compared
            encryption_context={"contact": "contact", "ledger": "conversation#1"},
            algorithm=Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
            frame_length=0,
        )[0]
        for _ in range(MESSAGES)
        for size in FIELDS.values()
    ]
    opened = cpu_ms(lambda: [client.decrypt(source=one, materials_manager=materials) for one in sealed])
    return {
        f"sdk_for_each_field_open_conversation_{MESSAGES}_messages_cpu_ms": opened,
        "sdk_for_each_field_cpu_us": opened / len(sealed) * 1000,
        "sdk_for_each_field_bytes_added": len(sealed[0]) - next(iter(FIELDS.values())),
    }


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--record", action="store_true", help="write docs/figures/vault.json")
    record = arguments.parse_args().record

    print(f"{MESSAGES} messages of {len(FIELDS)} sealed fields each; Python {platform.python_version()}")
    compared = sdk_for_each_field()
    for name, value in compared.items():
        print(f"for comparison: {name} {value:.0f}")
    short = False
    figures = envelope()
    for name, (value, most, unit) in figures.items():
        kept = value <= most
        short |= not kept
        print(f"figure {name} {value:.4g}{unit} <={most}{unit} {'ok' if kept else 'short'}")
    if record:
        target = ROOT / "docs/figures/vault.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        result = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
            "figures": {
                name: {"value": round(value, 3), "at_most": most, "unit": unit}
                for name, (value, most, unit) in figures.items()
            },
            "compared": {name: round(value, 3) for name, value in compared.items()},
        }
        target.write_text(json.dumps(result, indent=2) + "\n")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
