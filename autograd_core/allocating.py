"""What the allocator does with memory that is free again: by default glibc gives large arrays back."""

import ctypes
import platform
import sys
from typing import Any

# names of malloc.h
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3


def keep_memory(threshold: int = 2**28) -> None:
    """Let this process keep the memory of arrays that are gone, for the next ones.

    glibc maps memory for every large array and unmaps it when the array is gone, and gives the end of its
    heap back when it is free. So a program that makes and drops the same arrays again and again pays for each
    page of 4096 bytes at every step: the system has to clear it. This sets M_MMAP_THRESHOLD (at most 32 MiB,
    glibc's own bound) and M_TRIM_THRESHOLD of `mallopt`, for the whole process and until it ends; a process
    then holds up to `threshold` bytes that nobody uses. It is worth a try where many arrays of some hundred
    kilobytes are made in each step, and does nothing for small ones.

    Args:
        threshold: so many bytes may stay, more than 0 and less than 2³¹.

    Raises:
        ValueError: for another number of bytes.
        NotImplementedError: where the allocator is not glibc's (Windows, macOS, musl).
        OSError: if it refuses.

    glibc manual, section "Malloc tunable parameters".
    """
    given: Any = threshold
    if not isinstance(given, int) or isinstance(given, bool) or not 0 < given < 2**31:
        raise ValueError(
            f"keep_memory: threshold is a number of bytes, more than 0 and less than 2³¹, got {threshold!r}"
        )
    libc = _glibc()
    if libc is None:
        name = platform.libc_ver()[0] or "another C library"
        raise NotImplementedError(
            f"keep_memory: this is a setting of glibc, and here is {name} on {sys.platform}; "
            "leave the call out, the numbers are the same"
        )
    # each of the two ends glibc's own adapting of both
    kept = libc.mallopt(MMAP_THRESHOLD, min(threshold, 2**25)) and libc.mallopt(TRIM_THRESHOLD, threshold)
    if not kept:
        raise OSError(f"keep_memory: mallopt of glibc refused a threshold of {threshold} bytes")


def _glibc() -> Any:
    """The C library, if it is glibc."""
    if platform.system() != "Linux" or platform.libc_ver()[0] != "glibc":
        return None
    return ctypes.CDLL(None)
