"""Files of exports in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import IO


class MemoryExportFiles:
    """Implements `application.exports.ExportFiles`. `files` is looked at by tests."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, name: str, file: IO[bytes]) -> None:
        self.files[name] = file.read()

    def remove(self, name: str) -> None:
        self.files.pop(name, None)

    def there(self, name: str) -> bool:
        return name in self.files

    def link(self, name: str, lasts: timedelta, as_: str) -> str:
        return f"https://files.example/{name}?for={int(lasts.total_seconds())}&as={as_}"
