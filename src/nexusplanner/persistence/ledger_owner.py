"""Who holds money: this process, told apart from any other that had its number before."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path


def owner_of(pid: int) -> str:
    """Name a process for good: its machine (or container), its number and when it started."""
    return f"{_place()} {pid} {_started(pid)}"


def is_gone(owner: str) -> bool:
    """Tell whether a holder is known to have ended; of another machine's nothing is known."""
    place, _, rest = owner.rpartition(" ")[0].rpartition(" ")
    started = owner.rpartition(" ")[2]
    if place != _place() or not rest.isdigit() or sys.platform == "win32":
        return False
    pid = int(rest)
    if started != "0":
        return _started(pid) != started
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _place() -> str:
    """Two containers may share a folder and a host name, but not their table of processes."""
    try:
        return f"{socket.gethostname()}/{Path('/proc/self/ns/pid').readlink()}".replace(" ", "")
    except OSError:
        return socket.gethostname().replace(" ", "")


def _started(pid: int) -> str:
    """Return the start of a process in ticks since boot; ``0`` where nobody tells, ``gone`` where it ended."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return "gone" if Path("/proc/self/stat").exists() else "0"
    return "gone" if after_name[0] in "ZX" else after_name[19]
