"""The CPU time of work within this process."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any


def cpu_of(work: Callable[[], Any], rounds: int = 3) -> float:
    """The median of the CPU seconds of some work."""
    times = []
    for _ in range(rounds):
        gc.collect()
        times.append(_cpu_of_one(work))
    return statistics.median(times)


def moments(work: Callable[[], Any], times: int) -> list[float]:
    """The CPU seconds of some short work, each time it is done; as with `timeit` no garbage is collected meanwhile."""
    gc.disable()
    try:
        return [_cpu_of_one(work) for _ in range(times)]
    finally:
        gc.enable()


def _cpu_of_one(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
