"""The verifier that auditors have, at work on files that were read for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from switchboard.application.audit_ports import Checked, Finding
from switchboard_verify.verify import Excerpt, verify


class FolderVerifier:
    """Implements `application.audit_ports.Verifier`: the files lie in a folder of their own while it works."""

    def check(self, keys: Sequence[bytes], first: int, last: int, files: Mapping[str, bytes], as_of: datetime) -> Checked:
        with TemporaryDirectory() as folder:
            for key, raw in files.items():  # their names were checked, for they are put under a folder of ours
                path = Path(folder) / key
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(raw)
            report = verify(Path(folder), keys, as_of, excerpt=Excerpt(first, last))
        return Checked(
            tuple(Finding(f.place, f.what) for f in report.faults), report.anchored["files"], report.anchored["commits"],
            report.events, sum(w.commits for w in report.waiting),
        )  # fmt: skip
