"""What the system itself told while a test failed: a machine that nobody can look at afterwards has to say it at once."""

from __future__ import annotations

from pathlib import Path

TELLING = ('"level":"ERROR"', '"level":"WARNING"', "[lambda] ESM: Lambda", "Traceback", "Error:", "Task timed out")
DULL = ("output:", "processed")
LINES = 60
WIDTH = 600


class Trouble:
    """The lines of an emulator's log that tell of trouble, from a mark on."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._mark = 0

    def mark(self) -> None:
        """From here on."""
        self._mark = self._log.stat().st_size if self._log.is_file() else 0

    def told(self) -> str:
        """The last of those lines, each cut to a readable width."""
        if not self._log.is_file():
            return ""
        with self._log.open("rb") as file:
            file.seek(self._mark)
            lines = file.read().decode(errors="replace").splitlines()
        found = [line for line in lines if any(t in line for t in TELLING) and not any(d in line for d in DULL)]
        return "\n".join(line[:WIDTH] for line in found[-LINES:])
