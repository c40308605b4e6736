"""Runs one command and cleans up after it, whatever becomes of whoever asked for it.

`python guard.py DIRECTORY COMMAND...` with a pipe on standard input. The command ends when the pipe closes, so
it also ends when the starting process is killed outright, which no `atexit` or signal handler survives. Then
every process the command left behind is killed and DIRECTORY, the command's private temporary folder, is
removed.

It is started by path, with the standard library alone, so that it needs no installed package and costs little memory.
"""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

_PR_SET_CHILD_SUBREAPER = 36
_GRACE_SECONDS = 2.0
_POLL_SECONDS = 0.2


def _adopt_orphans() -> None:
    """Makes descendants whose parent died our children, so that `_children` finds those in other process groups
    (Linux only).
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children() -> list[int]:
    """Process ids of our direct children, without the dead."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == os.getpid() and state != "Z":
            found.append(int(stat.parent.name))
    return found


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def _end(command: subprocess.Popen[bytes]) -> None:
    _signal_group(command.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        command.wait(_GRACE_SECONDS)
    _signal_group(command.pid, signal.SIGKILL)
    command.wait()
    deadline = time.monotonic() + _GRACE_SECONDS
    while (rest := _children()) and time.monotonic() < deadline:
        for process in rest:
            os.kill(process, signal.SIGKILL)
        for process in rest:
            os.waitpid(process, 0)


def main(directory: str, *command: str) -> int:
    """Returns the command's exit status, or 0 where it was asked to end."""
    _adopt_orphans()

    def ask_to_end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, ask_to_end)
    signal.signal(signal.SIGINT, ask_to_end)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        while child.poll() is None:
            readable, _, _ = select.select([sys.stdin], [], [], _POLL_SECONDS)
            if readable and not os.read(sys.stdin.fileno(), 1):
                return 0
        return child.returncode
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _end(child)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
