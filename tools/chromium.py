"""Finds Chromium for the browser tests; as root on Debian it installs it, else it says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


def main() -> int:
    if find():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=True, stdout=subprocess.DEVNULL)
        packages = ["chromium", "fonts-noto-cjk", "fonts-noto-color-emoji"]
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=True, stdout=subprocess.DEVNULL
        )
        return 0
    print("Chromium is needed for the browser tests. On Debian: apt-get install chromium fonts-noto-cjk", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
