"""Which file holds which workload; those of `growth.py` are only there to be compared with one another."""

import importlib

from contender import Workload

FILES = {
    "w1": "scalars",
    "w2": "chains",
    **dict.fromkeys(("w3", "w4", "w5", "w6"), "networks"),
    "w7": "elementwise",
    **dict.fromkeys(("w8a", "w8b"), "second_order"),
    **dict.fromkeys(("w9a", "w9b"), "chains"),
    "w10": "logistic",
    **dict.fromkeys(("m1", "m2", "m3", "m4", "m5", "m6", "m7"), "models"),
}


def workload(name: str) -> Workload:
    """The workload of this name.

    Raises:
        KeyError: if there is none.
    """
    found: Workload = importlib.import_module(FILES.get(name, "growth")).WORKLOADS[name]
    return found
