"""Which file holds which workload."""

import importlib

from contender import Workload

FILES = {
    "w1": "scalars",
    "w2": "chains",
    "w3": "networks",
    "w4": "networks",
    "w5": "networks",
    "w6": "networks",
    "w9a": "chains",
    "w9b": "chains",
}


def workload(name: str) -> Workload:
    """The workload of this name.

    Raises:
        KeyError: if there is none.
    """
    found: Workload = importlib.import_module(FILES[name]).WORKLOADS[name]
    return found
