"""`python -m switchboard_verify certificate FILE --key public.pem`: was it signed by that key, and does it say what a certificate of
erasure says? Exits 0 if so, 1 if not, 2 if it cannot be told. It needs the file and the key's public half, and nobody's system."""

from __future__ import annotations

import argparse
import base64
import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from switchboard_verify.roots import public_key

REMEMBERED = timedelta(hours=2)  # how long a process may go on with a key that is destroyed


def faults(raw: bytes, pem: bytes) -> tuple[dict[str, Any], list[str]]:
    """What the certificate says, and what is wrong with it. Raises ValueError for what is none, or no key."""
    key = public_key(pem)
    try:
        document = json.loads(raw)
        statement = base64.b64decode(document["statement"], validate=True)
        signature = base64.b64decode(document["signature"], validate=True)
        said = json.loads(statement)
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no certificate ({type(error).__name__})") from None
    found = []
    try:
        key.verify(signature, statement, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        found.append("the signature is not of this statement by this key")
    if document.get("reads") != said:
        found.append("what it lets you read is not what was signed")
    try:
        found += _sense(said)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        found.append(f"the statement is not one of an erasure ({type(error).__name__}: {error})")
    return said, found


def _sense(said: dict[str, Any]) -> list[str]:
    """Whether two people decided, and everything came in its order and was waited out."""
    found = []
    if (said["version"], said["kind"]) != (1, "certificate of erasure"):
        found.append("it is of a kind that this program does not know")
    if said["asked"]["by"].strip().casefold() == said["approved"]["by"].strip().casefold():
        found.append("one person asked for it and approved it")
    gone = said["destroyed"]
    if not gone["contact_keys"]["contacts"]:
        found.append("no key is named")
    steps = [
        said["asked"]["at"], said["approved"]["at"], said["begun"], gone["contact_keys"]["at"], said["queues"]["waited_until"],
        gone["queue_keys"]["at"], said["no_process_holds_a_key_since"], said["certified"],
    ]  # fmt: skip
    times = [datetime.fromisoformat(step) for step in steps]
    if times != sorted(times):
        found.append("its steps are out of order")
    days = said["queues"]["retention_days"]
    waited = timedelta(days=days["queue"] + days["dead_letters"])
    if datetime.fromisoformat(gone["queue_keys"]["at"]) - datetime.fromisoformat(said["queues"]["key_rotated"]) < waited:
        found.append("the queues were not waited out")
    if times[-1] - datetime.fromisoformat(gone["queue_keys"]["at"]) < REMEMBERED:
        found.append("it was certified while processes could still hold a key")
    return found


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="switchboard_verify certificate", description="Checks a certificate of erasure.")
    parser.add_argument("file", type=Path)
    told = "the public half of the key that signs certificates, got from elsewhere than the certificate"
    parser.add_argument("--key", type=Path, required=True, metavar="PEM", help=told)
    asked = parser.parse_args(arguments)
    try:
        said, found = faults(asked.file.read_bytes(), asked.key.read_bytes())
    except (OSError, ValueError) as error:
        print(f"It cannot be told: {error}", file=sys.stderr)
        return 2
    for fault in found:
        print(f"FAULT: {fault}")
    if not found:
        keys = said["destroyed"]["contact_keys"]
        print(f"Request {said['request']!a}: asked by {said['asked']['by']!a}, approved by {said['approved']['by']!a}.")
        print(f"{len(keys['contacts'])} keys destroyed at {keys['at']!a}, certified at {said['certified']!a}.")
        print("Signed and whole.")
    return 1 if found else 0
