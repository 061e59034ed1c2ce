"""Telling one process from a later one with the same number."""

import os
import sys
from pathlib import Path


def start_of(pid: int) -> str:
    """Return a word that changes when the number `pid` is given to another process; "" if there is none.

    On Linux it is the boot and the start in clock ticks after it, elsewhere only whether it lives.
    """
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text()
        except OSError:
            return ""
        # Field 22 of proc(5); the second field may hold spaces and parentheses, so count from its end.
        fields = stat.rpartition(")")[2].split()
        if fields[0] in "ZX":
            return ""
        return f"{boot[:8]}x{fields[19]}"
    return "alive" if _lives(pid) else ""


def _lives(pid: int) -> bool:
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        if handle:
            kernel.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
