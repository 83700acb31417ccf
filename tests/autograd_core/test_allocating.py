"""The memory that glibc keeps for the next arrays."""

import os
import subprocess
import sys

import pytest

import autograd_core as ac
from autograd_core import allocating

glibc = pytest.mark.skipif(allocating._glibc() is None, reason="the allocator is not glibc's")

PROGRAM = """
import resource
import numpy as np
import autograd_core as ac
{call}
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def step():
    np.ones(2**17), np.ones(2**18)  # one and two MiB
for _ in range(3):
    step()
before = faults()
for _ in range(20):
    step()
print(faults() - before)
"""


def faults(call):
    # glibc adapts by itself unless a threshold is set, here to the one it starts with
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "131072"}
    program = [sys.executable, "-c", PROGRAM.format(call=call)]
    found = subprocess.run(program, capture_output=True, text=True, check=True, env=environment)
    return int(found.stdout)


@glibc
def test_pages_are_cleared_once_and_not_at_every_step():
    assert faults("") > 1_000
    assert faults("ac.keep_memory()") < 100


@pytest.mark.parametrize("wrong", [0, -1, 2**31, 1.5, True, "1", None])
def test_a_wrong_threshold(wrong):
    with pytest.raises(ValueError, match="keep_memory: threshold is a number of bytes"):
        ac.keep_memory(wrong)


def test_elsewhere_it_says_that_it_is_a_setting_of_glibc(monkeypatch):
    monkeypatch.setattr(allocating.platform, "libc_ver", lambda: ("", ""))
    with pytest.raises(NotImplementedError, match="a setting of glibc, and here is another C library"):
        ac.keep_memory()


@glibc
def test_a_refusal_is_told(monkeypatch):
    class Refusing:
        def mallopt(self, *_):
            return 0

    monkeypatch.setattr(allocating, "_glibc", Refusing)
    with pytest.raises(OSError, match="refused a threshold of 4096 bytes"):
        ac.keep_memory(4096)
